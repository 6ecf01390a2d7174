#!/usr/bin/env python3
"""Exports a ResNet-18, a MobileNetV2 and a U-Net with random weights from PyTorch to ONNX.

    pip install torch onnx onnxscript
    python export_models.py --out models

Each model gets a folder with model.onnx, and an input and the output that PyTorch computes for it
as test_data_set_0/input_0.pb and output_0.pb, in the form of the ONNX project's backend tests.
"""

import argparse
import pathlib

import onnx
import onnx.numpy_helper
import torch
from torch import nn

CLASSES = 10


def conv(inputs, outputs, kernel=3, stride=1, groups=1):
    """A convolution that keeps the size of images, up to its stride, with batch norm."""
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]


class ResidualBlock(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.branch = nn.Sequential(
            *conv(inputs, outputs, stride=stride), nn.ReLU(), *conv(outputs, outputs)
        )
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else nn.Sequential(*conv(inputs, outputs, 1, stride))

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))


class ResNet18(nn.Module):
    def __init__(self, width):
        super().__init__()
        channels = [int(width * c) for c in (64, 128, 256, 512)]
        layers = [*conv(3, channels[0], 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        inputs = channels[0]
        for i, outputs in enumerate(channels):
            layers.append(ResidualBlock(inputs, outputs, 1 if i == 0 else 2))
            layers.append(ResidualBlock(outputs, outputs, 1))
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(inputs, CLASSES)

    def forward(self, x):
        return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(self.features(x), 1), 1))


class InvertedResidual(nn.Module):
    """Expansion, depthwise convolution, projection (Sandler et al. 2018)."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        layers = [] if expansion == 1 else [*conv(inputs, hidden, 1), nn.ReLU6()]
        layers += [*conv(hidden, hidden, 3, stride, hidden), nn.ReLU6(), *conv(hidden, outputs, 1)]
        self.branch = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.branch(x) if self.adds else self.branch(x)


class MobileNetV2(nn.Module):
    # expansion, channels, repetitions, stride
    STAGES = (
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )

    def __init__(self, width):
        super().__init__()

        def scaled(channels):
            return max(4, int(channels * width))

        inputs = scaled(32)
        layers = [*conv(3, inputs, stride=2), nn.ReLU6()]
        for expansion, channels, repetitions, stride in self.STAGES:
            for i in range(repetitions):
                outputs = scaled(channels)
                layers.append(InvertedResidual(inputs, outputs, stride if i == 0 else 1, expansion))
                inputs = outputs
        last = scaled(1280)
        layers += [*conv(inputs, last, 1), nn.ReLU6()]
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(last, CLASSES))

    def forward(self, x):
        return self.classifier(self.features(x).mean([2, 3]))


class UNet(nn.Module):
    """A contracting and an expanding path with skip connections (Ronneberger et al. 2015)."""

    def __init__(self, width, depth=4, classes=3):
        super().__init__()
        channels = [int(width * 64) << i for i in range(depth)]
        self.down = nn.ModuleList(
            self.block(inputs, outputs) for inputs, outputs in zip([3, *channels], channels)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(deep, shallow, 2, 2)
            for shallow, deep in zip(channels, channels[1:])
        )
        self.merge = nn.ModuleList(self.block(2 * c, c) for c in channels[:-1])
        self.head = nn.Conv2d(channels[0], classes, 1)

    @staticmethod
    def block(inputs, outputs):
        return nn.Sequential(*conv(inputs, outputs), nn.ReLU(), *conv(outputs, outputs), nn.ReLU())

    def forward(self, x):
        skips = []
        for i, block in enumerate(self.down):
            x = block(nn.functional.max_pool2d(x, 2) if i else x)
            skips.append(x)
        for i in reversed(range(len(self.up))):
            x = self.merge[i](torch.cat([skips[i], self.up[i](x)], 1))
        return self.head(x)


def randomize(model):
    """Random weights, and statistics of batch norm that are not those of a fresh network."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)


def write(tensor, name, path):
    proto = onnx.numpy_helper.from_array(tensor.detach().numpy(), name)
    path.write_bytes(proto.SerializeToString())


def export(name, model, side, out):
    torch.manual_seed(17)
    model.eval()
    randomize(model)
    folder = out / name
    data = folder / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    image = torch.randn(2, 3, side, side)
    expected = model(image)
    torch.onnx.export(
        model,
        (image,),
        folder / "model.onnx",
        input_names=["image"],
        output_names=["scores"],
        opset_version=18,
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        external_data=False,
        dynamo=True,
    )
    write(image, "image", data / "input_0.pb")
    write(expected, "scores", data / "output_0.pb")
    print(f"{name}: {tuple(expected.shape)}, first values {expected.flatten()[:4].tolist()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("models"))
    parser.add_argument("--width", type=float, default=1.0, help="factor on the channels")
    parser.add_argument("--side", type=int, default=224, help="height and width of the images")
    options = parser.parse_args()
    torch.manual_seed(17)
    export("resnet18", ResNet18(options.width), options.side, options.out)
    export("mobilenet_v2", MobileNetV2(options.width), options.side, options.out)
    export("unet", UNet(options.width), options.side, options.out)


if __name__ == "__main__":
    main()
