"""Makes further SavedModels beside this file, one zip each: the shapes that real networks have.

    pip install tensorflow tf_keras        # made with TensorFlow 2.18, Keras 3.15, tf_keras 2.18
    python make_architectures.py keras3 [NAME ...]
    python make_architectures.py keras2 [NAME ...]
    python make_architectures.py module [NAME ...]
    python make_architectures.py tf1 [NAME ...]
"""

import os
import sys
import tempfile
import zipfile

KIND, NAMES = sys.argv[1], sys.argv[2:]
if KIND in ("keras2", "tf1"):
    os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))


def zipped(name, export):
    """Files in order and without dates, so that only a changed model changes the zip."""
    folder = os.path.join(tempfile.mkdtemp(), name)
    export(folder)
    with zipfile.ZipFile(os.path.join(HERE, name + ".zip"), "w") as archive:
        for root, _, files in sorted(os.walk(folder)):
            for file in sorted(files):
                path = os.path.join(root, file)
                if file not in ("fingerprint.pb", "keras_metadata.pb"):
                    info = zipfile.ZipInfo(os.path.relpath(path, folder))
                    with open(path, "rb") as bytes_:
                        archive.writestr(info, bytes_.read(), zipfile.ZIP_DEFLATED, 9)


def wanted(function):
    return not NAMES or function.__name__.replace("_", "-") in NAMES


def keras_models(keras):
    layers = keras.layers

    def function(f, shape):
        return layers.Lambda(f) if KIND == "keras2" else layers.Lambda(f, output_shape=shape)

    def conv(x, channels, size=3, strides=1, activation="relu", norm=True, **options):
        x = layers.Conv2D(channels, size, strides=strides, padding="same", use_bias=not norm, **options)(x)
        x = layers.BatchNormalization()(x) if norm else x
        if activation is None:
            return x
        return layers.Activation(activation)(x) if isinstance(activation, str) else activation(x)

    def mobile():
        """MobileNetV3: hard-swish, hard-sigmoid squeeze-excite, ReLU6, pooling that keeps dimensions."""

        def hard_swish(x):
            return layers.Multiply()([x, layers.Rescaling(1 / 6)(layers.ReLU(6.0)(layers.Rescaling(1.0, offset=3.0)(x)))])

        image = layers.Input((24, 24, 3), name="image")
        x = hard_swish(conv(layers.Rescaling(1 / 127.5, -1)(image), 8, strides=2, activation=None))
        y = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(conv(x, 16, 1))
        y = layers.ReLU(6.0)(layers.BatchNormalization()(y))
        gate = layers.GlobalAveragePooling2D(keepdims=True)(y)
        gate = layers.Conv2D(16, 1, activation="hard_sigmoid")(layers.Conv2D(4, 1, activation="relu")(gate))
        x = layers.Add()([x, conv(layers.Multiply()([y, gate]), 8, 1, activation=None)])
        x = layers.Reshape((1, 1, 8))(layers.GlobalAveragePooling2D()(x))
        x = layers.Conv2D(10, 1)(conv(x, 20, 1, norm=False))
        return keras.Model(image, layers.Softmax()(layers.Flatten()(x)))

    def any_size():
        """A U-Net for images of any size: transposed convolutions, LeakyReLU, class ids beside scores."""
        image = layers.Input((None, None, 3), name="image")
        leaky = lambda x: layers.LeakyReLU(0.1)(x)
        high = conv(image, 8, activation=leaky)
        middle = conv(high, 12, strides=2, activation=leaky)
        low = conv(middle, 16, strides=2, activation="elu")
        x = layers.Conv2DTranspose(12, 3, strides=2, padding="same", use_bias=False)(low)
        x = layers.Activation("relu")(layers.BatchNormalization()(x))
        x = conv(layers.Concatenate()([x, middle]), 12)
        x = layers.Conv2DTranspose(8, 2, strides=2, activation="relu")(x)
        scores = layers.Conv2D(5, 1, activation="softmax")(conv(layers.Concatenate()([x, high]), 8))
        ids = function(lambda t: tf.argmax(t, -1), (None, None))(scores)
        return keras.Model(image, {"scores": scores, "classes": ids})

    def detector():
        """SSD: boxes and scores from two feature maps, reshaped and joined."""
        image = layers.Input((32, 32, 3), name="image")
        near = conv(conv(image, 8, strides=2), 12, strides=2)
        far = conv(near, 16, strides=2)
        boxes = [layers.Reshape((-1, 4))(layers.Conv2D(12, 3, padding="same")(f)) for f in (near, far)]
        scores = [layers.Reshape((-1, 5))(layers.Conv2D(15, 3, padding="same")(f)) for f in (near, far)]
        return keras.Model(
            image,
            {"boxes": layers.Concatenate(axis=1)(boxes), "scores": layers.Softmax()(layers.Concatenate(axis=1)(scores))},
        )

    def swish():
        """EfficientNet and ConvNeXt: swish with its own gradient, GELU, layer norm, squeeze-excite."""
        image = layers.Input((16, 16, 3), name="image")
        x = conv(image, 8, activation="swish")
        y = layers.LayerNormalization(epsilon=1e-6)(layers.DepthwiseConv2D(5, padding="same")(x))
        x = layers.Add()([x, layers.Dense(8)(layers.Dense(16, activation="gelu")(y))])
        gate = layers.Reshape((1, 1, 8))(layers.GlobalAveragePooling2D()(x))
        gate = layers.Conv2D(8, 1, activation="sigmoid")(layers.Conv2D(6, 1, activation="swish")(gate))
        x = conv(layers.Multiply()([x, gate]), 12, strides=2, activation="swish")
        return keras.Model(image, layers.Dense(6)(layers.GlobalAveragePooling2D()(x)))

    def grouped():
        """ResNeXt: grouped and dilated convolutions, PReLU, group norm."""
        image = layers.Input((16, 16, 3), name="image")
        x = conv(image, 8, activation=lambda x: layers.PReLU(shared_axes=[1, 2])(x))
        y = conv(conv(x, 16, 1), 16, groups=4)
        x = layers.Activation("relu")(layers.Add()([x, conv(y, 8, 1, activation=None)]))
        x = layers.GroupNormalization(4)(layers.Conv2D(8, 3, dilation_rate=2, padding="same")(x))
        x = layers.GlobalMaxPooling2D(keepdims=True)(layers.Activation("selu")(conv(x, 12)))
        return keras.Model(image, layers.Dense(5)(layers.Flatten()(x)))

    def attention():
        """A vision transformer's block."""
        image = layers.Input((16, 16, 3), name="image")
        x = layers.Reshape((16, 12))(layers.Conv2D(12, 4, strides=4)(image))
        y = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.MultiHeadAttention(2, 6)(y, y)])
        y = layers.Dense(24, activation="gelu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dense(12)(y)])
        return keras.Model(image, layers.Dense(4, activation="softmax")(layers.GlobalAveragePooling1D()(x)))

    def pyramid():
        """YOLO: focus, cross-stage split, spatial pooling, upsampling, decoded predictions."""
        image = layers.Input((32, 32, 3), name="image")
        x = function(lambda t: tf.nn.space_to_depth(t, 2), (8, 8, 32))(conv(image, 8, strides=2, activation="swish"))
        x = conv(x, 16, 1, activation="swish")
        left = function(lambda t: t[..., :8], (8, 8, 8))(x)
        right = conv(function(lambda t: t[..., 8:], (8, 8, 8))(x), 8, activation="swish")
        x = layers.Concatenate()([left, right, layers.MaxPooling2D(5, 1, "same")(right)])
        up = layers.UpSampling2D()(conv(x, 12, strides=2))
        x = function(lambda t: tf.nn.depth_to_space(t, 2), (16, 16, 4))(conv(layers.Concatenate()([up, x]), 16))
        x = layers.Conv2D(9, 1)(conv(x, 8))
        decode = lambda t: tf.concat([tf.sigmoid(t[..., :2]) + 0.5, tf.exp(t[..., 2:4]), tf.sigmoid(t[..., 4:])], -1)
        return keras.Model(image, layers.Reshape((-1, 9))(function(decode, (16, 16, 9))(x)))

    def steering():
        """A driving net: preprocessing inside, BGR, two regression outputs."""
        image = layers.Input((36, 40, 3), name="image")
        x = function(lambda t: t[..., ::-1], (36, 40, 3))(layers.Resizing(33, 40)(image))
        x = layers.Normalization(mean=[0.4, 0.45, 0.5], variance=[0.05, 0.06, 0.07])(x)
        x = layers.Conv2D(12, 3, strides=2, activation="elu")(layers.Conv2D(8, 5, strides=2, activation="elu")(x))
        x = layers.UpSampling2D()(layers.Cropping2D(1)(layers.SpatialDropout2D(0.2)(x)))
        x = layers.Activation("softplus")(layers.SeparableConv2D(10, 3, strides=2)(x))
        x = layers.Dense(16, activation="elu")(layers.Flatten()(layers.Dropout(0.5)(x)))
        return keras.Model(
            image, {"steering": layers.Dense(1, activation="tanh")(x), "throttle": layers.Dense(1, activation="sigmoid")(x)}
        )

    for make in filter(wanted, (mobile, any_size, detector, swish, grouped, attention, pyramid, steering)):
        keras.utils.set_random_seed(1)
        model = make()
        # Fresh biases and statistics are zeros and ones, which would hide mistakes.
        random = np.random.RandomState(0)
        model.set_weights(
            [w if w.ndim > 1 else random.uniform(0.5, 1.5, w.shape).astype(w.dtype) for w in model.get_weights()]
        )
        save = model.export if KIND == "keras2" else lambda folder, m=model: m.export(folder, verbose=False)
        zipped(f"{KIND}-{make.__name__.replace('_', '-')}", save)


def modules():
    random = np.random.RandomState(3)

    def weight(*shape):
        return tf.Variable((0.3 * random.randn(*shape)).astype("f"))

    def conv(x, kernel, strides=1, padding="SAME"):
        return tf.nn.conv2d(x, kernel, strides, padding)

    def atrous(image, a=weight(3, 3, 3, 8), b=weight(8), c=weight(3, 3, 8, 12), e=weight(3, 3, 12, 1), d=weight(1, 1, 12, 4)):
        """DeepLab of TensorFlow 1: a dilated convolution between SpaceToBatchND and BatchToSpaceND."""
        x = tf.nn.relu(conv(image, a) + b)
        x = conv(tf.space_to_batch(x, [2, 2], [[2, 2], [2, 2]]), c, padding="VALID")
        x = tf.nn.relu(tf.batch_to_space(x, [2, 2], [[0, 0], [0, 0]]))
        x = tf.space_to_batch(x, [3, 3], [[3, 5], [3, 5]])
        x = tf.nn.depthwise_conv2d(x, e, [1, 1, 1, 1], "VALID") + 0.1
        x = tf.batch_to_space(x, [3, 3], [[0, 2], [0, 2]])
        return {"logits": tf.image.resize(conv(tf.nn.relu6(x), d), [32, 32])}

    def suppression(image, a=weight(3, 3, 3, 8), b=weight(8), c=weight(3, 3, 8, 8), k=weight(3, 3, 8, 8), l=weight(3, 3, 8, 6)):
        """A detector that ends in boxes, scores and classes after non-maximum suppression."""
        x = tf.nn.relu(conv(tf.nn.relu(conv(image, a, 2) + b), c, 2))
        place = tf.reshape(conv(x, k), [1, -1, 4])
        scores = tf.sigmoid(tf.reshape(conv(x, l), [1, -1, 3]))
        half = tf.exp(place[..., 2:])
        boxes = tf.concat([place[..., :2] - half, place[..., :2] + half], -1)
        found = tf.image.combined_non_max_suppression(boxes[:, :, None, :], scores, 10, 10, 0.5, 0.1)
        best = tf.reduce_max(scores[0], -1)
        kept = tf.image.non_max_suppression(boxes[0], best, 6, 0.5, 0.1)
        top, index = tf.math.top_k(tf.gather(best, kept), k=tf.minimum(3, tf.shape(kept)[0]))
        return {
            "detection_boxes": found[0],
            "detection_scores": found[1],
            "detection_classes": found[2],
            "num_detections": tf.cast(found[3], tf.float32),
            "best_boxes": tf.gather(boxes[0], tf.gather(kept, index)),
            "best_scores": top,
            "confident": tf.gather_nd(best, tf.where(best > 0.5)),
        }

    def mixture(image, a=weight(3, 3, 3, 8), b=weight(3, 3, 8, 8), c=weight(1, 1, 16, 8), d=weight(3, 3, 8, 4)):
        """Operations that move, choose and repeat channels."""
        x = tf.nn.relu(conv(image, a))
        y = conv(tf.reverse(x, [2]), b)
        y = tf.tile(tf.reduce_mean(y, [1, 2], keepdims=True), [1, 16, 16, 1]) + tf.where(x > 0.5, x, y)
        x = tf.concat(tf.split(tf.concat([x, y], -1), 4, axis=-1)[::-1], -1)
        x = tf.roll(conv(x, c), 1, 1)
        x = tf.nn.leaky_relu(x) * tf.reduce_max(y, [1, 2], keepdims=True)
        x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
        first, second = tf.unstack(tf.stack([x, x * 2], 1), axis=1)
        return {"y": conv(tf.clip_by_value(first + second, -3.0, 3.0), d, 2, "VALID")[:, ::2, 1:, :]}

    def shuffle(image, a=weight(3, 3, 3, 8), g=weight(3, 3, 2, 8), s=weight(1, 1, 8, 8), d=weight(8, 4)):
        """ShuffleNet: a grouped convolution, its channels interleaved."""
        x = conv(tf.nn.relu(conv(image, a)), g)
        n = tf.shape(x)[0]
        x = tf.reshape(tf.transpose(tf.reshape(x, [n, 16, 16, 4, 2]), [0, 1, 2, 4, 3]), [n, 16, 16, 8])
        return {"logits": tf.reduce_mean(tf.nn.relu(conv(x, s)), [1, 2]) @ d}

    def channels_first(image, a=weight(3, 3, 3, 8), b=weight(8), c=weight(3, 3, 8, 12), d=weight(12, 4)):
        """Images as [N, C, H, W], transposed to and fro, as converters from PyTorch leave it."""
        x = tf.nn.relu(conv(tf.transpose(image, [0, 2, 3, 1]), a) + b)
        x = tf.transpose(tf.nn.relu(conv(x, c, 2)), [0, 3, 1, 2])
        return {"logits": tf.reduce_mean(x, [2, 3]) @ d}

    def folding_conditions(image, a=weight(3, 3, 3, 8), b=weight(3, 3, 8, 8), d=weight(8, 4)):
        """Conditions, a choice and a loop that constants decide."""
        x = tf.nn.relu(conv(image, a))
        training = tf.logical_or(tf.constant(False), tf.constant(1) > 2)
        augment = lambda: tf.map_fn(tf.image.per_image_standardization, x)
        x = tf.ensure_shape(tf.cond(training, augment, lambda: x), [None, 16, 16, 8])
        x = tf.switch_case(tf.constant(1), [lambda: x, lambda: x * 3, lambda: x * 4])
        _, x = tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, conv(y, b)), [0, x])
        return {"logits": tf.reduce_mean(x, [1, 2]) @ d}

    def condition_on_data(image, a=weight(3, 3, 3, 8)):
        x = conv(image, a)
        return {"y": tf.cond(tf.reduce_mean(x) > 0.1, lambda: x * 2, lambda: x - 1)}

    def loop_on_data(image, a=weight(3, 3, 3, 8)):
        return {"y": conv(tf.map_fn(tf.image.per_image_standardization, image), a)}

    def python_function(image, a=weight(3, 3, 3, 8)):
        return {"y": tf.py_function(lambda t: t * 2, [conv(image, a)], tf.float32)}

    def label_strings(image, a=weight(16, 16, 3, 4)):
        ids = tf.argmax(conv(image, a, padding="VALID"), -1)
        return {"label": tf.gather(tf.constant(["stop", "yield", "left", "right"]), ids)}

    def label_table(image, a=weight(16, 16, 3, 4)):
        keys, values = tf.constant([0, 1, 2, 3], tf.int64), tf.constant([14, 13, 34, 33], tf.int64)
        module.table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), -1)
        return {"sign": module.table.lookup(tf.argmax(conv(image, a, padding="VALID"), -1))}

    specs = {"suppression": [1, 32, 32, 3], "channels_first": [None, 3, 16, 16]}
    for make in filter(
        wanted,
        (atrous, suppression, mixture, shuffle, channels_first, folding_conditions)
        + (condition_on_data, loop_on_data, python_function, label_strings, label_table),
    ):
        module = tf.Module()
        module.weights = list(make.__defaults__)
        spec = tf.TensorSpec(specs.get(make.__name__, [None, 16, 16, 3]), tf.float32, name="image")
        module.call = tf.function(lambda image: make(image), input_signature=[spec])
        zipped(
            f"module-{make.__name__.replace('_', '-')}",
            lambda folder: tf.saved_model.save(module, folder, signatures={"serving_default": module.call}),
        )


def tf1_models():
    v1 = tf.compat.v1
    v1.disable_v2_behavior()

    def variable(name, shape, mean=0.0, deviation=0.3):
        initial = v1.random_normal_initializer(mean, deviation, seed=len(name))
        return v1.get_variable(name, shape, initializer=initial, use_resource=False)

    def conv(name, x, channels, strides=1):
        with v1.variable_scope(name):
            x = tf.nn.conv2d(x, variable("weights", [3, 3, x.shape[3], channels]), strides, "SAME")
            x, _, _ = v1.nn.fused_batch_norm(
                x,
                variable("bn/gamma", [channels], 1, 0.1),
                variable("bn/beta", [channels]),
                variable("bn/moving_mean", [channels], 0.1, 0.1),
                variable("bn/moving_variance", [channels], 1, 0.05),
                is_training=False,
            )
            x = tf.nn.relu6(x)
            v1.summary.histogram("activation", x)
            v1.summary.scalar("sparsity", tf.nn.zero_fraction(x))
            return x

    def info(tensors):
        return {name: v1.saved_model.build_tensor_info(tensor) for name, tensor in tensors.items()}

    def estimator(session):
        """An Estimator's export: strings by default, images beside them, summaries, a global step."""
        strings = v1.placeholder(tf.string, [None], name="input_example_tensor")
        features = v1.io.parse_example(strings, {"image": v1.FixedLenFeature([12 * 12 * 3], tf.float32)})
        image = v1.placeholder_with_default(tf.reshape(features["image"], [-1, 12, 12, 3]), [None, 12, 12, 3], "images")
        v1.summary.image("input", image)
        x = conv("block1", image, 8)
        x = conv("block3", x + conv("block2", x, 8), 12, strides=2)
        x = v1.layers.dropout(x, 0.4, training=v1.placeholder_with_default(False, [], name="is_training"))
        x = tf.matmul(tf.reduce_mean(x, [1, 2]), variable("logits/weights", [12, 5])) + variable("logits/biases", [5])
        scores = tf.nn.softmax(x)
        labels = tf.tile(tf.constant([["a", "b", "c", "d", "e"]]), [tf.shape(scores)[0], 1])
        v1.assign_add(v1.train.get_or_create_global_step(), 1)
        classify = v1.saved_model.build_signature_def(
            info({"inputs": strings}), info({"classes": labels, "scores": scores}), "tensorflow/serving/classify"
        )
        predict = v1.saved_model.build_signature_def(
            info({"images": image}),
            info({"classes": tf.argmax(scores, 1), "probabilities": scores}),
            "tensorflow/serving/predict",
        )
        return {"serving_default": classify, "classification": classify, "predict": predict}

    def segmenter(session):
        """tf.layers for images of any size: batch norm by a placeholder, dilation, computed output shapes."""
        layers = v1.layers
        image = v1.placeholder(tf.float32, [None, None, None, 3], name="image")
        training = v1.placeholder_with_default(False, [], name="phase")
        v1.set_random_seed(5)
        x = image * 2 - 1
        for channels, fused in ((8, True), (12, False)):
            x = layers.conv2d(x, channels, 3, 2, "same", use_bias=False)
            x = tf.nn.relu(layers.batch_normalization(x, training=training, fused=fused))
        x = tf.nn.leaky_relu(layers.separable_conv2d(x, 12, 3, padding="same", dilation_rate=2))
        context = layers.conv2d(tf.reduce_mean(x, [1, 2], keepdims=True), 8, 1, activation=tf.nn.relu)
        x = tf.concat([x, v1.image.resize_bilinear(context, tf.shape(x)[1:3], align_corners=True)], 3)
        x = layers.conv2d(layers.conv2d_transpose(x, 8, 4, 2, "same", activation=tf.nn.relu), 4, 1)
        x = v1.image.resize_bilinear(x, tf.shape(image)[1:3], align_corners=True)
        return {
            "serving_default": v1.saved_model.build_signature_def(
                info({"image": image}), info({"logits": x, "mask": tf.argmax(x, 3)}), "tensorflow/serving/predict"
            )
        }

    for make in filter(wanted, (estimator, segmenter)):
        with tf.Graph().as_default(), v1.Session() as session:
            signatures = make(session)
            session.run(v1.global_variables_initializer())

            def export(folder):
                builder = v1.saved_model.Builder(folder)
                builder.add_meta_graph_and_variables(session, ["serve"], signatures, main_op=v1.tables_initializer())
                builder.save()

            zipped(f"tf1-{make.__name__}", export)


if KIND == "tf1":
    tf1_models()
elif KIND == "module":
    modules()
elif KIND == "keras2":
    import tf_keras

    keras_models(tf_keras)
else:
    import keras

    keras_models(keras)
