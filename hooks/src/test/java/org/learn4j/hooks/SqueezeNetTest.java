package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.MaxPool2d;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Grad-CAM on a pretrained SqueezeNet 1.0 beside maps that PyTorch made of the same pictures; where the files are. */
class SqueezeNetTest {
    private static final Path FILES = Path.of("..", "..", "shared", "data", "squeezenet");

    /** A narrow convolution, then two wide ones side by side. */
    private static final class Fire implements Layer {
        private final Map<String, Layer> layers = new LinkedHashMap<>();

        Fire(int inputs, int squeeze, int expand) {
            layers.put("squeeze", Conv2d.of(inputs, squeeze, 1));
            layers.put("squeeze_activation", Activation.relu());
            layers.put("expand1x1", Conv2d.of(squeeze, expand, 1));
            layers.put("expand1x1_activation", Activation.relu());
            layers.put("expand3x3", Conv2d.of(squeeze, expand, 3).padding(1));
            layers.put("expand3x3_activation", Activation.relu());
        }

        private Tensor run(String name, Pass pass, Tensor x) {
            return LayerTree.at(this, name + "_activation")
                    .call(pass, LayerTree.at(this, name).call(pass, x));
        }

        @Override
        public Tensor forward(Pass pass, Tensor... inputs) {
            Tensor squeezed = run("squeeze", pass, inputs[0]);
            return Tensor.concat(1, run("expand1x1", pass, squeezed), run("expand3x3", pass, squeezed));
        }

        @Override
        public Map<String, Layer> children() {
            return layers;
        }

        @Override
        public Recipe recipe() {
            return Recipe.of("Fire");
        }
    }

    private static MaxPool2d pool() {
        return MaxPool2d.of(3).stride(2).ceiling();
    }

    private static Sequential squeezeNet() {
        Sequential features = Sequential.of(
                Conv2d.of(3, 96, 7).stride(2),
                Activation.relu(),
                pool(),
                new Fire(96, 16, 64),
                new Fire(128, 16, 64),
                new Fire(128, 32, 128),
                pool(),
                new Fire(256, 32, 128),
                new Fire(256, 48, 192),
                new Fire(384, 48, 192),
                new Fire(384, 64, 256),
                pool(),
                new Fire(512, 64, 256));
        Sequential classifier = Sequential.of(
                Dropout.of(.5), Conv2d.of(512, 1000, 1), Activation.relu(), AdaptiveAvgPool2d.of(1), Flatten.of());
        return Sequential.of().then("features", features).then("classifier", classifier);
    }

    private static Sequential pretrained() {
        Sequential model = squeezeNet();
        try (SafeTensors file = SafeTensors.open(FILES.resolve("squeezenet1_0-deepcompressed.safetensors"))) {
            LayerTree.params(model).forEach((path, param) -> {
                Tensor read = Tensor.zeros(param.shape().dims());
                file.read(path, read.bytes());
                param.take(read);
            });
        }
        return model;
    }

    /** Reads an array of floats that NumPy wrote in row-major order. */
    private static float[] read(String name) {
        try {
            ByteBuffer file = ByteBuffer.wrap(
                            Files.readAllBytes(FILES.resolve("reference").resolve(name + ".npy")))
                    .order(ByteOrder.LITTLE_ENDIAN);
            file.position(10 + file.getShort(8));
            float[] values = new float[file.remaining() / Float.BYTES];
            file.asFloatBuffer().get(values);
            return values;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "both, 243",
        "both, 246",
        "both, 282",
        "cat_dog, 243",
        "cat_dog, 246",
        "cat_dog, 282",
        "grizzly, 294",
        "grizzly, 379"
    })
    void maps_are_those_that_pytorch_computes(String photo, int target) {
        assumeTrue(Files.isDirectory(FILES), "the weights of SqueezeNet are not here");
        try (Sequential model = pretrained();
                Tensor input = Tensor.of(read(photo + "_input"), 1, 3, 224, 224)) {
            try (TensorScope scope = TensorScope.open();
                    Hook features = Hook.output(LayerTree.at(model, "features.12"))) {
                float[] logits = model.predict(input).toFloats();
                assertThat(logits).containsExactly(read(photo + "_logits"), Offset.offset(1e-3f));
                assertThat(features.stored().shape()).isEqualTo(Shape.of(1, 512, 13, 13));
                assertThat(features.stored().toFloats())
                        .containsExactly(read(photo + "_features12"), Offset.offset(2e-2f));
            }
            HeatMap map = GradCam.of(model, "features.12").map(input, target).overMaximum();
            assertThat(map.values()).containsExactly(read(photo + "_gradcam_class" + target), Offset.offset(2e-3f));
        }
    }
}
