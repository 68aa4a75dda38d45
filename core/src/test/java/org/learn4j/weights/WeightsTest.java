package org.learn4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.LeakGuard;
import org.learn4j.testkit.RealData;

@ExtendWith(LeakGuard.class)
class WeightsTest {
    @TempDir
    private Path folder;

    private static Sequential model() {
        return Sequential.of().then("fc", Linear.of(2, 3)).then("bn", BatchNorm1d.of(3));
    }

    /** Writes tensors that hold 1, 2, 3, … each. */
    private Path file(Map<String, Shape> tensors, String prefix, DType dtype) {
        Path path = folder.resolve("weights.safetensors");
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope).isNotNull();
            List<NamedTensor> named = new ArrayList<>();
            tensors.forEach((name, shape) -> {
                Tensor tensor = Tensor.uninitialized(dtype, shape);
                double[] values = new double[(int) shape.elements()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = i + 1;
                }
                tensor.set(values);
                named.add(NamedTensor.of(prefix + name, dtype, shape.dims(), tensor.bytes()));
            });
            SafeTensors.write(path, named, Json.object());
        }
        return path;
    }

    private static Map<String, Shape> all() {
        return Map.of(
                "fc.weight", Shape.of(3, 2),
                "fc.bias", Shape.of(3),
                "bn.weight", Shape.of(3),
                "bn.bias", Shape.of(3),
                "bn.running_mean", Shape.of(3),
                "bn.running_var", Shape.of(3),
                "bn.num_batches_tracked", Shape.scalar());
    }

    private static Map<String, Shape> allBut(String name) {
        Map<String, Shape> others = new java.util.HashMap<>(all());
        others.remove(name);
        return others;
    }

    @Test
    void aLayerWithoutValuesTakesThoseOfTheFile() {
        try (Layer model = model();
                Weights weights = Weights.open(file(all(), "model/", DType.FLOAT32))) {
            weights.loadInto(model);

            assertThat(values(model, "fc.weight")).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(LayerTree.buffers(model).get("bn.running_var").value().toFloats())
                    .containsExactly(1, 2, 3);
        }
    }

    @Test
    void aLayerWithValuesGetsThoseOfTheFileInItsOwnType() {
        try (Layer model = model().initialize(Seed.of(1), DType.FLOAT64);
                Weights weights = Weights.open(file(all(), "model/", DType.FLOAT32))) {
            weights.loadInto(model);

            assertThat(LayerTree.params(model).get("fc.weight").value().dtype()).isEqualTo(DType.FLOAT64);
            assertThat(LayerTree.params(model).get("fc.weight").value().toDoubles())
                    .containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(LayerTree.buffers(model).get("bn.running_mean").value().toDoubles())
                    .containsExactly(1, 2, 3);
        }
    }

    @Test
    void halfOfTheFileIsLoadedOnRequestAndTheRestReported() {
        Map<String, Shape> names = new java.util.HashMap<>(allBut("fc.bias"));
        names.put("fc.weight", Shape.of(4, 2));
        names.put("head.weight", Shape.of(1));
        try (Layer model = model().initialize(Seed.of(1));
                Weights weights = Weights.open(file(names, "model/", DType.FLOAT32))) {
            float[] before = values(model, "fc.weight");
            LoadReport report = weights.loadMatching(model);

            assertThat(report.loaded())
                    .containsExactlyInAnyOrder("bn.weight", "bn.bias", "bn.running_mean", "bn.running_var");
            assertThat(report.missing()).containsExactly("fc.bias");
            assertThat(report.unexpected()).containsExactly("head.weight");
            assertThat(report.mismatched())
                    .containsExactly(new LoadReport.Mismatch("fc.weight", Shape.of(3, 2), Shape.of(4, 2)));
            assertThat(report.isComplete()).isFalse();
            assertThat(values(model, "bn.weight")).containsExactly(1, 2, 3);
            assertThat(values(model, "fc.weight")).isEqualTo(before);
        }
    }

    @Test
    void otherNamesAreRefusedAndTheLayerStaysAsItWas() {
        try (Layer model = model().initialize(Seed.of(1));
                Weights weights = Weights.open(file(allBut("fc.bias"), "model/", DType.FLOAT32))) {
            float[] before = values(model, "bn.weight");

            assertThatThrownBy(() -> weights.loadInto(model))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("weights.safetensors: the weights do not fit the model: "
                            + "5 loaded; 1 missing in the file: fc.bias");
            assertThat(values(model, "bn.weight")).isEqualTo(before);
        }
    }

    @Test
    void manyNamesAreShortened() {
        LoadReport report = new LoadReport(List.of(), List.of("a", "b", "c", "d", "e"), List.of(), List.of());

        assertThat(report).hasToString("0 loaded; 5 missing in the file: a, b, c, d, …");
    }

    @Test
    void aPrefixIsTakenOffOnRequestAndTheMessageSaysSo() {
        Path path = file(all(), "model/module.", DType.FLOAT32);
        try (Layer model = model();
                Weights weights = Weights.open(path)) {
            assertThatThrownBy(() -> weights.loadInto(model))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("all names begin with \"module.\", see withoutPrefix");
            weights.withoutPrefix("module.").loadInto(model);
            assertThat(values(model, "fc.bias")).containsExactly(1, 2, 3);
        }
    }

    @Test
    void namesAreMappedAndChosen() {
        try (Layer model = Sequential.of().then("linear", Linear.of(2, 3));
                Weights weights = Weights.open(file(all(), "model/", DType.BFLOAT16))) {
            weights.only(name -> name.startsWith("fc."))
                    .renamed(name -> name.replace("fc.", "linear."))
                    .loadInto(model);
            assertThat(values(model, "linear.weight")).containsExactly(1, 2, 3, 4, 5, 6);

            assertThatThrownBy(() -> weights.renamed(name -> "same"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("both become same");
        }
    }

    @Test
    void tensorsAreReadOneByOne() {
        try (Weights weights = Weights.open(file(all(), "model/", DType.INT64));
                Tensor bias = weights.read("fc.bias")) {
            assertThat(weights.names()).hasSize(7).contains("fc.bias");
            assertThat(weights.shape("fc.weight")).isEqualTo(Shape.of(3, 2));
            assertThat(weights.dtype("fc.bias")).isEqualTo(DType.INT64);
            assertThat(bias.toLongs()).containsExactly(1, 2, 3);
            assertThatThrownBy(() -> weights.read("nothing"))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("no tensor \"nothing\" among the 7");
        }
    }

    @Test
    void tensorsOutsideAModelAreNotPartOfIt() {
        Map<String, Shape> names = Map.of("model/fc.bias", Shape.of(3), "optim/step", Shape.scalar());
        try (Weights weights = Weights.open(file(names, "", DType.FLOAT32))) {
            assertThat(weights.names()).containsExactly("fc.bias");
        }
        try (Weights weights = Weights.open(file(Map.of("bias", Shape.of(3)), "", DType.FLOAT32))) {
            assertThat(weights.names()).containsExactly("bias");
        }
    }

    @Test
    void aCheckpointOfPyTorchShowsItsWeightsAlone() {
        try (Weights weights = Weights.open(RealData.find("cifar-resnets", "resnet20-12fca82f.th"))
                        .withoutPrefix("module.");
                Weights twin = Weights.open(RealData.find("cifar-resnets", "resnet20-12fca82f.safetensors"))) {
            assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(twin.names());
            assertThat(weights.shape("conv1.weight")).isEqualTo(Shape.of(16, 3, 3, 3));
        }
    }

    private static float[] values(Layer model, String name) {
        return LayerTree.params(model).get(name).value().toFloats();
    }
}
