package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.DType;
import org.learn4j.testkit.RealData;

/** Files that PyTorch wrote, of all its formats and element types. */
class RealPyTorchFilesTest {
    private static Path sample(String name) {
        return RealData.find("pytorch-files", "burn-store", "src", "pytorch", "tests", "reader", "test_data", name);
    }

    @Test
    void everySampleIsReadButTheBrokenOne() throws IOException {
        Path folder = RealData.find("pytorch-files");
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().matches(".*\\.(pt|pth|tar)"))
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(50);
        for (Path path : files) {
            if (path.endsWith("broken.pt")) {
                assertThatThrownBy(() -> PyTorchFile.open(path)).isInstanceOf(ModelFormatException.class);
                continue;
            }
            try (var file = PyTorchFile.open(path)) {
                assertThat(file.names()).as("%s", path).isNotEmpty();
                for (String name : file.names()) {
                    file.read(name, ByteBuffer.allocate((int) file.byteSize(name)));
                }
            }
        }
    }

    @Test
    void everyElementTypeHasItsValues() {
        assertThat(values("float16.pt", DType.FLOAT32)).containsExactly(1.5, -2.25, 3.125);
        assertThat(values("bfloat16.pt", DType.BFLOAT16)).containsExactly(1.5, -2.5, 3.5);
        assertThat(values("float32.pt", DType.FLOAT32)).containsExactly(1.0, 2.5, (double) -3.7f, 0.0);
        assertThat(values("float64.pt", DType.FLOAT64)).containsExactly(1.1, 2.2, 3.3);
        assertThat(values("int8.pt", DType.INT32)).containsExactly(127.0, -128.0, 0.0, 50.0);
        assertThat(values("int16.pt", DType.INT32)).containsExactly(1000.0, -2000.0, 3000.0);
        assertThat(values("int32.pt", DType.INT32)).containsExactly(10.0, 20.0, -30.0);
        assertThat(values("int64.pt", DType.INT64)).containsExactly(100.0, -200.0, 300.0, 0.0);
        assertThat(values("uint8.pt", DType.UINT8)).containsExactly(0.0, 128.0, 255.0, 42.0);
        assertThat(values("bool.pt", DType.UINT8)).containsExactly(1.0, 0.0, 1.0, 1.0, 0.0);
        assertThat(values("special_values.pt", DType.FLOAT32))
                .containsExactly(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, 1.0);
        assertThat(values("empty.pt", DType.FLOAT32)).isEmpty();
        assertThat(values("scalar.pt", DType.FLOAT32)).containsExactly(42.0);
        assertThat(values("tar_float64.tar", DType.FLOAT64)).containsExactly(1.1, 2.2, 3.3);
        assertThat(values("tar_int64.tar", DType.INT64)).containsExactly(100.0, -200.0, 300.0, 0.0);
    }

    private static List<Double> values(String sample, DType dtype) {
        try (var file = PyTorchFile.open(sample(sample))) {
            String name = file.names().get(0);
            assertThat(file.dtype(name)).isEqualTo(dtype);
            return values(file, name);
        }
    }

    private static List<Double> values(TensorFile file, String name) {
        var buffer = ByteBuffer.allocate((int) file.byteSize(name)).order(ByteOrder.LITTLE_ENDIAN);
        file.read(name, buffer);
        List<Double> values = new ArrayList<>();
        while (buffer.hasRemaining()) {
            values.add(
                    switch (file.dtype(name)) {
                        case FLOAT32 -> (double) buffer.getFloat();
                        case FLOAT64 -> buffer.getDouble();
                        case BFLOAT16 -> (double) Float.intBitsToFloat(buffer.getShort() << 16);
                        case INT64 -> (double) buffer.getLong();
                        case INT32 -> (double) buffer.getInt();
                        case UINT8 -> (double) (buffer.get() & 0xff);
                    });
        }
        return values;
    }

    @Test
    void viewsOfOneStorageStartWhereTheySay() {
        try (var file = PyTorchFile.open(sample("legacy_uncloned_views.pt"))) {
            assertThat(values(file, "tensor1")).startsWith(10.0, 11.0, 12.0).hasSize(10);
            assertThat(values(file, "tensor2")).startsWith(50.0, 51.0, 52.0).hasSize(10);
        }
    }

    /** One tensor, saved with the strides of Fortran and with those of C. */
    @Test
    void stridesDoNotMatter() {
        try (var file = PyTorchFile.open(RealData.find("pytorch-files", "candle", "fortran_tensor_3d.pth"))) {
            List<Double> ascending = new ArrayList<>();
            for (int i = 1; i <= 24; i++) {
                ascending.add((double) i);
            }
            assertThat(file.shape("tensor_fortran")).containsExactly(2, 3, 4);
            assertThat(values(file, "tensor_fortran")).isEqualTo(ascending);
        }
    }

    @Test
    void aCheckpointHasTheBitsOfItsSafetensorsTwin() {
        try (var torch = PyTorchFile.open(RealData.find("cifar-resnets", "resnet20-12fca82f.th"));
                var twin = SafeTensors.open(RealData.find("cifar-resnets", "resnet20-12fca82f.safetensors"))) {
            assertThat(torch.names()).hasSize(twin.names().size());
            for (String name : twin.names()) {
                String here = "state_dict.module." + name;
                assertThat(torch.shape(here)).isEqualTo(twin.shape(name));
                byte[] received = new byte[(int) torch.byteSize(here)];
                byte[] expected = new byte[(int) twin.byteSize(name)];
                torch.read(here, ByteBuffer.wrap(received));
                twin.read(name, ByteBuffer.wrap(expected));
                assertThat(Arrays.equals(received, expected)).as(name).isTrue();
            }
            assertThat(torch.values()).containsOnlyKeys("best_prec1");
            assertThat(torch.stateKey()).contains("state_dict");
        }
    }

    @Test
    void plainValuesBesideTensorsAreThere() {
        try (var file = PyTorchFile.open(sample("checkpoint.pt"))) {
            assertThat(file.stateKey()).contains("model_state_dict");
            assertThat(file.values()).containsKeys("epoch", "loss");
        }
    }

    /** A learner of fastai v1: a file with weights and an optimizer's state is read, one with objects is refused. */
    @Test
    void aPickledLearnerIsRefusedForItsCode() throws Exception {
        Path archive = RealData.find("pytorch-files", "fastai1", "adult_sample.tgz");
        Map<String, byte[]> members = Tar.unpack(archive);

        try (var file = TorchSamples.open(members.get("adult_sample/models/mini_train.pth"))) {
            assertThat(file.stateKey()).contains("model");
            assertThat(file.shape("model.embeds.0.weight")).containsExactly(10, 6);
        }
        assertThatThrownBy(() -> TorchSamples.open(members.get("adult_sample/export.pkl")))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CODE))
                .hasMessageContaining("functools.partial");
    }
}
