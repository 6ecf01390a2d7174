"""Makes the SavedModels beside this file, one zip each, with real exporters.

    pip install tensorflow tf_keras        # made with TensorFlow 2.21, Keras 3.15, tf_keras 2.21
    python make_models.py keras3
    python make_models.py keras2
    python make_models.py tf1
"""

import os
import shutil
import sys
import tempfile

KIND = sys.argv[1]
if KIND == "keras2":
    os.environ["TF_USE_LEGACY_KERAS"] = "1"

import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))


def zipped(name, export):
    folder = os.path.join(tempfile.mkdtemp(), name)
    export(folder)
    shutil.make_archive(os.path.join(HERE, name), "zip", folder)


def keras_models(keras):
    layers = keras.layers
    keras.utils.set_random_seed(1)

    def conv_bn(x, channels, size=3, strides=1, activation=layers.ReLU):
        x = layers.Conv2D(channels, size, strides=strides, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        return activation()(x) if activation else x

    def residual():
        image = layers.Input((16, 16, 3), name="image")
        x = conv_bn(image, 8)
        x = layers.ReLU()(layers.Add()([conv_bn(conv_bn(x, 8), 8, activation=None), x]))
        shortcut = conv_bn(x, 12, size=1, strides=2, activation=None)
        x = layers.Conv2D(12, 3, strides=2, use_bias=False)(layers.ZeroPadding2D(1)(x))
        x = layers.ReLU()(layers.Add()([layers.BatchNormalization()(x), shortcut]))
        x = layers.Dense(16)(layers.GlobalAveragePooling2D()(x))
        x = layers.Dropout(0.3)(layers.ReLU()(layers.BatchNormalization()(x)))
        return keras.Model(image, layers.Dense(10, activation="softmax")(x))

    def depthwise():
        image = layers.Input((24, 24, 3), name="image")
        x = layers.Rescaling(1 / 127.5, offset=-1)(image)
        x = conv_bn(x, 8, strides=2, activation=lambda: layers.ReLU(6.0))
        x = layers.DepthwiseConv2D(3, strides=2, use_bias=False)(layers.ZeroPadding2D(((0, 1), (0, 1)))(x))
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.SeparableConv2D(12, 3, padding="same")(x)
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        return keras.Model(image, layers.Reshape((10,))(layers.Conv2D(10, 1)(x)))

    def unet():
        image = layers.Input((16, 16, 3), name="image")
        high = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
        low = layers.Conv2D(12, 3, padding="same", activation="relu")(layers.MaxPooling2D()(high))
        low = layers.Conv2D(16, 3, padding="same", activation="elu")(layers.MaxPooling2D()(low))
        x = layers.Conv2DTranspose(12, 2, strides=2, padding="same")(low)
        x = layers.UpSampling2D(interpolation="bilinear")(layers.BatchNormalization()(x))
        x = layers.Concatenate()([layers.Conv2DTranspose(8, 3, padding="same")(x), high])
        return keras.Model(image, layers.Conv2D(4, 1, activation="softmax")(x))

    def two_inputs():
        image = layers.Input((16, 16, 3), batch_size=2, name="img")
        other = layers.Input((5,), batch_size=2, name="aux")
        x = layers.AveragePooling2D(2)(layers.Conv2D(6, 3, activation="swish")(image))
        x = layers.Concatenate()([layers.Flatten()(x), other])
        x = layers.LayerNormalization()(layers.PReLU()(layers.Dense(12)(x)))
        outputs = {"boxes": layers.Dense(4)(x), "scores": layers.Dense(3, activation="sigmoid")(x)}
        return keras.Model([image, other], outputs)

    for make in (residual, depthwise, unet, two_inputs):
        model = make()
        # Fresh biases and statistics are zeros and ones, which would hide mistakes.
        random = np.random.RandomState(0)
        model.set_weights(
            [w if w.ndim > 1 else random.uniform(0.5, 1.5, w.shape).astype("f") for w in model.get_weights()]
        )
        save = model.save if KIND == "keras2" else model.export
        zipped(f"{KIND}-{make.__name__.replace('_', '-')}", save)


def tf1_models():
    v1 = tf.compat.v1
    v1.disable_eager_execution()

    def variable(name, shape, mean=0.0, deviation=0.3, resource=False):
        initial = v1.random_normal_initializer(mean, deviation, seed=len(name))
        return v1.get_variable(name, shape, initializer=initial, use_resource=resource)

    def make(name, resource=False, phase=False, batch=None, functions=False, read=False, keys=("serving_default",)):
        (v1.enable_control_flow_v2 if functions else v1.disable_control_flow_v2)()
        with tf.Graph().as_default(), v1.Session() as session:
            image = v1.placeholder(tf.float32, [batch, 12, 12, 3], name="images")
            x = tf.nn.conv2d(image, variable("c1/kernel", [3, 3, 3, 8], resource=resource), 1, "SAME")
            x = tf.nn.bias_add(x, variable("c1/bias", [8], resource=resource))
            statistics = dict(
                scale=variable("bn/gamma", [8], 1.0, 0.05, resource),
                offset=variable("bn/beta", [8], 0.1, 0.05, resource),
                mean=variable("bn/mean", [8], 0.2, 0.05, resource),
                variance=variable("bn/variance", [8], 1.0, 0.05, resource),
            )
            if phase:
                training = v1.placeholder_with_default(False, [], name="keras_learning_phase")

                def by_batch():
                    mean, variance = tf.nn.moments(x, [0, 1, 2])
                    return tf.nn.batch_normalization(
                        x, mean, variance, statistics["offset"], statistics["scale"], 1e-3)

                def by_statistics():
                    return tf.raw_ops.FusedBatchNorm(x=x, epsilon=1e-3, is_training=False, **statistics).y

                x = v1.cond(training, by_batch, by_statistics)
                x = v1.cond(training, lambda: tf.nn.dropout(x, rate=0.5), lambda: tf.identity(x))
            else:
                x = tf.raw_ops.FusedBatchNormV2(x=x, epsilon=1e-3, is_training=False, **statistics).y
                keep = v1.placeholder_with_default(1.0, [], name="keep_prob")
                x = x / keep * tf.floor(keep + tf.random.uniform(tf.shape(x)))
            x = tf.nn.relu(x)
            v1.summary.histogram("activation", x)
            x = tf.reshape(tf.nn.max_pool2d(x, 2, 2, "VALID"), [-1, 288])
            if read:
                with tf.control_dependencies([tf.io.read_file("/etc/hostname")]):
                    x = tf.identity(x)
            x = tf.matmul(x, variable("d/kernel", [288, 5], resource=resource))
            logits = x + variable("d/bias", [5], resource=resource)
            probabilities = tf.nn.softmax(logits, name="probabilities")
            v1.train.get_or_create_global_step()
            session.run(v1.global_variables_initializer())
            info = v1.saved_model.build_tensor_info
            signature = v1.saved_model.build_signature_def(
                {"x": info(image)},
                {"probabilities": info(probabilities), "logits": info(logits)},
                "tensorflow/serving/predict")

            def export(folder):
                builder = v1.saved_model.Builder(folder)
                builder.add_meta_graph_and_variables(
                    session, ["serve"], {key: signature for key in keys}, main_op=v1.tables_initializer())
                builder.save()

            zipped(f"tf1-{name}", export)

    make("reference-variables")
    make("fixed-batch", batch=2)
    make("learning-phase", phase=True)
    make("learning-phase-resources", phase=True, resource=True)
    make("learning-phase-if", phase=True, resource=True, functions=True)
    make("two-signatures", keys=("classify", "predict"))
    make("read-file", resource=True, read=True)


if KIND == "tf1":
    tf1_models()
elif KIND == "keras2":
    import tf_keras

    keras_models(tf_keras)
else:
    import keras

    keras_models(keras)
