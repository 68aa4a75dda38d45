package org.learn4j.vision.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.LeakGuard;
import org.learn4j.testkit.RealData;
import org.learn4j.weights.Weights;

/** Networks with the weights that others trained give the numbers that PyTorch gives. */
@ExtendWith(LeakGuard.class)
class PretrainedTest {
    private static final double TOLERANCE = 1e-3;

    private static Path squeezenet() {
        return RealData.find("squeezenet", "squeezenet1_0-deepcompressed.safetensors");
    }

    /** Photos, and the classes that PyTorch gives most, in order. */
    @ParameterizedTest
    @CsvSource({"both, 243 246 163 282 281", "cat_dog, 243 246 163 182 242", "grizzly, ''"})
    void squeezeNetSeesWhatItSawInPyTorch(String photo, String top) throws IOException {
        try (TensorScope scope = TensorScope.open();
                Sequential network =
                        SqueezeNet.squeezenet1_0().pretrained(squeezenet()).network()) {
            assertThat(scope).isNotNull();
            Tensor input = reference(photo + "_input.npy");
            Tensor features = network.children().get("features").predict(input);
            Tensor logits = network.predict(input);

            Tensor seen = reference(photo + "_features12.npy");
            assertThat(difference(features, seen)).isLessThan(1e-5 * largest(seen));
            Tensor expected = reference(photo + "_logits.npy");
            assertThat(difference(logits, expected)).isLessThan(TOLERANCE);
            assertThat(top5(logits)).isEqualTo(top5(expected));
            if (!top.isEmpty()) {
                assertThat(top5(logits))
                        .containsExactlyElementsOf(Arrays.stream(top.split(" "))
                                .map(Integer::valueOf)
                                .toList());
            }
        }
    }

    private static Tensor reference(String name) throws IOException {
        return Npy.read(RealData.find("squeezenet", "reference", name));
    }

    /** x[0, c, i, j] = sin(0.1 (i + 2 j + 3 c + 1)), with the logits that reference.json gives. */
    @Test
    void squeezeNetGivesTheLogitsOfACalculatedImage() {
        try (TensorScope scope = TensorScope.open();
                Sequential network =
                        SqueezeNet.squeezenet1_0().pretrained(squeezenet()).network()) {
            assertThat(scope).isNotNull();
            float[] pixels = new float[3 * 224 * 224];
            for (int c = 0; c < 3; c++) {
                for (int i = 0; i < 224; i++) {
                    for (int j = 0; j < 224; j++) {
                        pixels[(c * 224 + i) * 224 + j] = (float) Math.sin(0.1 * (i + 2 * j + 3 * c + 1));
                    }
                }
            }
            float[] logits = network.predict(Tensor.of(pixels, 1, 3, 224, 224)).toFloats();
            double sum = 0;
            for (float logit : logits) {
                sum += logit;
            }

            assertThat(sum).isCloseTo(1118.9021, org.assertj.core.data.Offset.offset(0.05));
            assertThat((double) logits[494]).isCloseTo(18.347326, org.assertj.core.data.Offset.offset(TOLERANCE));
            assertThat(top5(logits).get(0)).isEqualTo(494);
            assertThat((double) logits[1]).isCloseTo(0.458166, org.assertj.core.data.Offset.offset(TOLERANCE));
        }
    }

    @Test
    void aCifarResNetGivesTheLogitsOfPyTorchFromBothFiles() throws IOException {
        Path torch = RealData.find("cifar-resnets", "resnet20-12fca82f.th");
        Path safe = RealData.find("cifar-resnets", "resnet20-12fca82f.safetensors");
        try (TensorScope scope = TensorScope.open();
                Layer network = CifarResNet.of(20).pretrained(torch).network();
                Layer twin = CifarResNet.of(20).pretrained(safe).network()) {
            assertThat(scope).isNotNull();
            Tensor input = Npy.read(RealData.find("cifar-resnets", "reference", "resnet20_input16.npy"));
            Tensor expected = Npy.read(RealData.find("cifar-resnets", "reference", "resnet20_logits16.npy"));
            Tensor logits = network.predict(input);

            assertThat(difference(logits, expected)).isLessThan(TOLERANCE);
            assertThat(twin.predict(input).toFloats()).containsExactly(logits.toFloats());
        }
    }

    /** A network of three convolutions, trained by others: its accuracy and loss on the test images are known. */
    @Test
    void anMnistNetworkIsAsAccurateAsItWasInPyTorch() throws IOException {
        Path file = RealData.find("pytorch-files", "burn-mnist", "mnist.pt");
        byte[] images = unpacked("t10k-images-idx3-ubyte.gz");
        byte[] labels = unpacked("t10k-labels-idx1-ubyte.gz");
        Sequential network = Sequential.of()
                .then("conv1", Conv2d.of(1, 8, 3))
                .then("relu1", Activation.relu())
                .then("conv2", Conv2d.of(8, 16, 3))
                .then("relu2", Activation.relu())
                .then("conv3", Conv2d.of(16, 24, 3))
                .then("relu3", Activation.relu())
                .then("norm1", BatchNorm2d.of(24))
                .then("flatten", Flatten.of())
                .then("fc1", Linear.of(11616, 32))
                .then("relu4", Activation.relu())
                .then("fc2", Linear.of(32, 10))
                .then("norm2", BatchNorm1d.of(10));
        try (network;
                Weights weights = Weights.open(file)) {
            weights.loadInto(network);
            int right = 0;
            for (int first = 0; first < 10_000; first += 500) {
                try (TensorScope scope = TensorScope.open()) {
                    assertThat(scope).isNotNull();
                    float[] pixels = new float[500 * 28 * 28];
                    for (int i = 0; i < pixels.length; i++) {
                        pixels[i] = ((images[16 + first * 28 * 28 + i] & 0xff) / 255f - 0.1307f) / 0.3081f;
                    }
                    float[] logits =
                            network.predict(Tensor.of(pixels, 500, 1, 28, 28)).toFloats();
                    for (int i = 0; i < 500; i++) {
                        float[] row = Arrays.copyOfRange(logits, 10 * i, 10 * i + 10);
                        right += top5(row).get(0) == labels[8 + first + i] ? 1 : 0;
                    }
                }
            }
            assertThat(right).isEqualTo(9915);
        }
    }

    private static byte[] unpacked(String name) throws IOException {
        try (var in = new GZIPInputStream(Files.newInputStream(RealData.find("mnist", name)))) {
            return in.readAllBytes();
        }
    }

    private static double difference(Tensor received, Tensor expected) {
        assertThat(received.elements()).isEqualTo(expected.elements());
        float[] one = received.toFloats();
        float[] other = expected.toFloats();
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs((double) one[i] - other[i]));
        }
        return largest;
    }

    private static double largest(Tensor x) {
        return difference(x, Tensor.zeros(x.shape().dims()));
    }

    private static List<Integer> top5(Tensor logits) {
        return top5(logits.toFloats());
    }

    private static List<Integer> top5(float[] logits) {
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -logits[i]))
                .limit(5)
                .toList();
    }
}
