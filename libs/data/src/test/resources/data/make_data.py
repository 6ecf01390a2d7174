"""Makes the files of this folder: python make_data.py, with numpy, pillow and tensorflow.

Every image has one stored value a sample that tells where it stands; expected.json holds what
Pillow, NumPy or TensorFlow read back from each.
"""

import io
import json
import pathlib
import struct
import zlib

import numpy as np
import tensorflow as tf
from PIL import Image, ImageCms

HERE = pathlib.Path(__file__).parent
H, W = 5, 7
rng = np.random.default_rng(17)
expected = {}


def expect(name, pixels):
    pixels = np.asarray(pixels)
    expected[name] = {"shape": list(pixels.shape), "pixels": pixels.reshape(-1).tolist()}


def save(name, image, **options):
    image.save(HERE / name, **options)


def images():
    rgb = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
    grey = rng.integers(0, 256, (H, W), dtype=np.uint8)
    for name in ("rgb.png", "rgb.ppm", "rgb.bmp"):
        save(name, Image.fromarray(rgb))
        expect(name, rgb)
    rgba = np.concatenate([rgb, rng.integers(0, 256, (H, W, 1), dtype=np.uint8)], axis=2)
    save("rgba.png", Image.fromarray(rgba))
    expect("rgba.png", rgb)
    for name in ("grey.png", "grey.pgm"):
        save(name, Image.fromarray(grey))
        expect(name, grey[..., None])
    profiled(grey, rgb)
    palette = Image.fromarray(rgb).quantize(16)
    save("palette.png", palette)
    expect("palette.png", np.asarray(palette.convert("RGB")))
    for bits in (1, 2, 4):
        small_grey(bits)
    deep(rgb)
    smooth = tf.image.resize(rgb.astype(np.float32), (16, 16)).numpy().astype(np.uint8)
    jpegs(smooth)


def profiled(grey, rgb):
    """A colour profile and a gamma chunk, which must not change the values."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    save("rgb-profile.png", Image.fromarray(rgb), icc_profile=profile)
    expect("rgb-profile.png", rgb)
    raw = (HERE / "grey.png").read_bytes()
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))
    (HERE / "grey-gamma.png").write_bytes(raw[:33] + gamma + raw[33:])
    expect("grey-gamma.png", grey[..., None])


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(
        ">I", zlib.crc32(kind + content)
    )


def png(width, height, bits, colour, rows):
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    lines = b"".join(b"\0" + bytes(row) for row in rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def small_grey(bits):
    values = rng.integers(0, 1 << bits, (4, 8), dtype=np.uint8)
    per = 8 // bits
    rows = []
    for row in values:
        packed = []
        for i in range(0, 8, per):
            byte = 0
            for value in row[i : i + per]:
                byte = byte << bits | int(value)
            packed.append(byte)
        rows.append(packed)
    name = f"grey{bits}.png"
    (HERE / name).write_bytes(png(8, 4, bits, 0, rows))
    expect(name, tf.io.decode_png((HERE / name).read_bytes(), channels=1).numpy())
    expect(f"mask/{name}", values)


def deep(rgb):
    values = rng.integers(0, 1 << 16, (4, 3, 3), dtype=np.uint16)
    rows = [row.astype(">u2").tobytes() for row in values]
    (HERE / "rgb16.png").write_bytes(png(3, 4, 16, 2, rows))
    expect("rgb16.png", tf.io.decode_png((HERE / "rgb16.png").read_bytes()).numpy())
    rows = [row[:, 0].astype(">u2").tobytes() for row in values]
    (HERE / "grey16.png").write_bytes(png(3, 4, 16, 0, rows))
    expect("grey16.png", tf.io.decode_png((HERE / "grey16.png").read_bytes()).numpy())


def jpegs(smooth):
    def decoded(name):
        data = (HERE / name).read_bytes()
        return tf.io.decode_jpeg(data, dct_method="INTEGER_ACCURATE").numpy()

    picture = Image.fromarray(smooth)
    save("rgb.jpg", picture, quality=95)
    expect("rgb.jpg", decoded("rgb.jpg"))
    save("grey.jpg", picture.convert("L"), quality=95)
    expect("grey.jpg", decoded("grey.jpg"))
    # A profile that swaps nothing but is far from sRGB: a converting reader gives other values.
    wide = wide_profile()
    save("rgb-profile.jpg", picture, quality=95, icc_profile=wide)
    expect("rgb-profile.jpg", decoded("rgb-profile.jpg"))
    turned = Image.Exif()
    turned[0x0112] = 6
    save("turned.jpg", picture, exif=turned)
    upright = Image.Exif()
    upright[0x0112] = 1
    save("upright.jpg", picture, quality=95, exif=upright)
    expect("upright.jpg", decoded("upright.jpg"))
    save("cmyk.jpg", picture.convert("CMYK"))


def wide_profile():
    """An ICC profile like sRGB's with red and blue exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    places = {}
    for i in range(count):
        at = 132 + 12 * i
        places[bytes(data[at : at + 4])] = at
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


def masks():
    indices = rng.integers(0, 21, (H, W), dtype=np.uint8)
    indices[0, 0] = 255
    palette = Image.fromarray(indices, mode="P")
    palette.putpalette(rng.integers(0, 256, 768, dtype=np.uint8).tobytes())
    save("mask-palette.png", palette)
    save("mask-transparent.png", palette, transparency=3)
    save("mask-grey.png", Image.fromarray(indices))
    save("mask.pgm", Image.fromarray(indices))
    for name in ("mask-palette.png", "mask-transparent.png", "mask-grey.png", "mask.pgm"):
        expect(f"mask/{name}", indices)
    few = Image.fromarray(indices % 4, mode="P")
    few.putpalette([0, 0, 0, 9, 9, 9, 200, 0, 0, 0, 0, 255])
    save("mask-palette2.png", few, bits=2)
    expect("mask/mask-palette2.png", indices % 4)


def encoded(pixels, format):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format)
    return out.getvalue()


def feature(value):
    if isinstance(value, bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
    values = np.atleast_1d(np.asarray(value))
    if values.dtype.kind == "f":
        return tf.train.Feature(float_list=tf.train.FloatList(value=values.tolist()))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values.tolist()))


def records(name, examples, compression=None):
    options = tf.io.TFRecordOptions(compression_type=compression) if compression else None
    with tf.io.TFRecordWriter(str(HERE / name), options) as writer:
        for example in examples:
            features = {key: feature(value) for key, value in example.items()}
            proto = tf.train.Example(features=tf.train.Features(feature=features))
            writer.write(proto.SerializeToString())


def tfrecords():
    pixels = rng.integers(0, 256, (3, H, W, 3), dtype=np.uint8)
    for i in range(3):
        expect(f"tfrecord/{i}", pixels[i])
    labelled = [
        {"image/encoded": encoded(p, "PNG"), "image/format": b"png", "image/class/label": i + 1}
        for i, p in enumerate(pixels)
    ]
    records("classes.tfrecord", labelled)
    records("classes.tfrecord.gz", labelled, "GZIP")
    records(
        "raw.tfrecord",
        [
            {"image_raw": p.tobytes(), "height": H, "width": W, "depth": 3, "label": i}
            for i, p in enumerate(pixels)
        ],
    )
    records(
        "values.tfrecord",
        [
            {"image/encoded": encoded(p, "PNG"), "steering": [0.25 * i], "speed": [10 + i]}
            for i, p in enumerate(pixels)
        ],
    )
    mask = rng.integers(0, 3, (3, H, W), dtype=np.uint8)
    for i in range(3):
        expect(f"tfrecord/mask/{i}", mask[i])
    records(
        "masks.tfrecord",
        [
            {
                "image/encoded": encoded(p, "PNG"),
                "image/segmentation/class/encoded": encoded(m, "PNG"),
            }
            for p, m in zip(pixels, mask)
        ],
    )
    records(
        "boxes.tfrecord",
        [
            {
                "image/encoded": encoded(pixels[0], "PNG"),
                "image/object/bbox/xmin": np.array([0.0, 2 / W], np.float32),
                "image/object/bbox/ymin": np.array([1 / H, 0.0], np.float32),
                "image/object/bbox/xmax": np.array([3 / W, 1.0], np.float32),
                "image/object/bbox/ymax": np.array([4 / H, 1.0], np.float32),
                "image/object/class/label": np.array([1, 3]),
                "image/object/difficult": np.array([0, 1]),
            },
            {
                "image/encoded": encoded(pixels[1], "PNG"),
                "image/object/bbox/xmin": np.array([], np.float32),
                "image/object/bbox/ymin": np.array([], np.float32),
                "image/object/bbox/xmax": np.array([], np.float32),
                "image/object/bbox/ymax": np.array([], np.float32),
                "image/object/class/label": np.array([], np.int64),
            },
        ],
    )


def npz():
    images = rng.integers(0, 256, (3, H, W, 3), dtype=np.uint8)
    for i in range(3):
        expect(f"npz/{i}", images[i])
    np.savez(HERE / "stored.npz", images=images, labels=np.array([2, 0, 1]))
    np.savez_compressed(HERE / "deflated.npz", x=images, y=np.array([[2], [0], [1]], np.uint8))
    np.savez(
        HERE / "fortran.npz",
        images=np.asfortranarray(images),
        targets=np.asfortranarray(np.array([[0.5, -1], [0.25, 2], [8, 3]], ">f4")),
    )
    masks = rng.integers(0, 5, (3, H, W), dtype=np.uint8)
    for i in range(3):
        expect(f"npz/mask/{i}", masks[i])
    np.savez(HERE / "masks.npz", x=images[..., 0], masks=masks)
    versions(images)
    np.savez(HERE / "floats.npz", images=images.astype(np.float32))


def versions(images):
    import zipfile

    with zipfile.ZipFile(HERE / "versions.npz", "w") as out:
        for name, version, array in (
            ("images", (2, 0), images),
            ("labels", (3, 0), np.array([2, 0, 1], ">i8")),
        ):
            with out.open(name + ".npy", "w") as entry:
                np.lib.format.write_array(entry, array, version=version)


images()
masks()
tfrecords()
npz()
(HERE / "expected.json").write_text(json.dumps(expected))
