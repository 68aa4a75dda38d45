package org.learn4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * What every layer keeps to. The test of a new layer implements this interface and receives the tests:
 *
 * <pre>{@code
 * class ScaleTest implements LayerContract {
 *     public Layer layer() { return new Scale(); }
 *     public Tensor input(DType type) { return LayerContract.normal(type, 4, 5); }
 *     public Shape output() { return Shape.of(4, 5); }
 *     public Tensor badInput() { return Tensor.ones(4, 6); }
 *     public LayerRegistry registry() { return LayerRegistry.standard().with("Scale", Scale::build); }
 * }
 * }</pre>
 */
@NullMarked
public interface LayerContract {
    /** Returns a new layer without weights. */
    Layer layer();

    /** Returns an input of several rows, the same numbers at every call; whole numbers where the layer takes codes. */
    Tensor input(DType type);

    /** Returns the shape of the output for that input. */
    Shape output();

    /** Returns an input whose shape the layer must refuse. */
    Tensor badInput();

    /** Returns the registry that knows the layer. */
    default LayerRegistry registry() {
        return LayerRegistry.standard();
    }

    /** Returns normal numbers, the same at every call. */
    static Tensor normal(DType type, long... dims) {
        Tensor tensor = Tensor.uninitialized(type, Shape.of(dims));
        RandomStream stream = Seed.of(20190).fold("contract").stream();
        double[] values = new double[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = stream.nextGaussian();
        }
        return tensor.set(values);
    }

    /** Returns the tests. */
    @TestFactory
    default Stream<DynamicTest> keepsTheContractOfLayers() {
        Map<String, Executable> tests = new LinkedHashMap<>();
        tests.put("gives the output's shape and type", this::givesShapeAndType);
        tests.put("needs weights", this::needsWeights);
        tests.put("starts the same from the same seed", this::startsTheSame);
        tests.put("repeats itself bit for bit", this::repeatsItself);
        tests.put("changes nothing in evaluation", this::changesNothingInEvaluation);
        tests.put("treats rows alike in evaluation", this::treatsRowsAlike);
        tests.put("accepts one row and none in evaluation", this::acceptsFewRows);
        tests.put("has the gradient of its output", this::hasTheGradient);
        tests.put("comes back from its recipe", this::comesBack);
        tests.put("refuses unknown settings", this::refusesUnknownSettings);
        tests.put("refuses input of another shape", this::refusesBadInput);
        tests.put("prints an expression that makes it", this::prints);
        tests.put("frees its memory", this::frees);
        return tests.entrySet().stream().map(test -> dynamicTest(test.getKey(), inScope(test.getValue())));
    }

    private static Executable inScope(Executable test) {
        return () -> {
            try (TensorScope scope = TensorScope.open()) {
                test.execute();
            }
        };
    }

    private Layer ready(DType type) {
        return layer().initialize(Seed.of(7), type);
    }

    private void givesShapeAndType() {
        for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
            try (Layer layer = ready(type)) {
                for (Pass pass : List.of(Pass.training(Seed.of(1)), Pass.evaluation())) {
                    Tensor y = layer.call(pass, input(type));
                    assertThat(y.shape()).isEqualTo(output());
                    assertThat(y.dtype()).isEqualTo(type);
                    assertThat(y.toDoubles()).doesNotContain(Double.NaN);
                }
            }
        }
    }

    private void needsWeights() {
        Layer layer = layer();
        if (!LayerTree.params(layer).isEmpty()) {
            assertThatThrownBy(() -> layer.predict(input(DType.FLOAT32)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("initialize");
        }
    }

    private void startsTheSame() {
        try (Layer one = ready(DType.FLOAT32);
                Layer two = ready(DType.FLOAT32)) {
            assertThat(state(one)).isEqualTo(state(two)).isNotNull();
        }
    }

    private void repeatsItself() {
        try (Layer layer = ready(DType.FLOAT32)) {
            for (int i = 0; i < 3; i++) {
                Tensor first = layer.call(Pass.training(Seed.of(5)), input(DType.FLOAT32));
                Tensor second = layer.call(Pass.training(Seed.of(5)), input(DType.FLOAT32));
                assertThat(second.toFloats()).isEqualTo(first.toFloats());
            }
            assertThat(layer.predict(input(DType.FLOAT32)).toFloats())
                    .isEqualTo(layer.predict(input(DType.FLOAT32)).toFloats());
        }
    }

    private void changesNothingInEvaluation() {
        try (Layer layer = ready(DType.FLOAT32)) {
            List<List<Double>> before = state(layer);
            layer.predict(input(DType.FLOAT32));
            assertThat(state(layer)).isEqualTo(before);
        }
    }

    private void treatsRowsAlike() {
        try (Layer layer = ready(DType.FLOAT32)) {
            Tensor x = input(DType.FLOAT32);
            Tensor order = Tensor.of(
                    Seed.of(3).stream().permutation(Math.toIntExact(x.shape().dim(0))));
            float[] expected = layer.predict(x).select(0, order).toFloats();
            float[] received = layer.predict(x.select(0, order)).toFloats();
            assertThat(received).containsExactly(expected, Offset.offset(1e-5f));
        }
    }

    private void acceptsFewRows() {
        try (Layer layer = ready(DType.FLOAT32)) {
            Tensor x = input(DType.FLOAT32);
            Tensor one = layer.predict(x.slice(0, 0, 1).copy());
            assertThat(one.toFloats())
                    .containsExactly(layer.predict(x).slice(0, 0, 1).toFloats(), Offset.offset(1e-5f));
            Tensor none = Tensor.uninitialized(x.dtype(), x.shape().with(0, 0));
            assertThat(layer.predict(none).shape()).isEqualTo(output().with(0, 0));
        }
    }

    private void hasTheGradient() {
        try (Layer layer = ready(DType.FLOAT64)) {
            Tensor x = input(DType.FLOAT64);
            List<Tensor> leaves = new ArrayList<>();
            LayerTree.params(layer).values().stream().map(Param::value).forEach(leaves::add);
            if (x.dtype().isFloating()) {
                leaves.add(x.requireGradient(true));
            }
            Tensor weights = normal(DType.FLOAT64, output().dims());
            for (boolean training : new boolean[] {true, false}) {
                DirectionCheck.of(
                                () -> layer.call(training ? Pass.training(Seed.of(9)) : Pass.evaluation(), x)
                                        .times(weights)
                                        .sum(),
                                leaves)
                        .check(10, 1e-5, Seed.of(11));
            }
        }
    }

    private void comesBack() {
        Json.Fields recipe = layer().recipe().toJson();
        try (Layer layer = ready(DType.FLOAT32);
                Layer copy = registry().build(JsonPlace.of(Json.parse(recipe.write())))) {
            assertThat(copy.recipe().toJson()).isEqualTo(recipe);
            assertThat(copy.recipe().toJson().write()).isEqualTo(recipe.write());
            assertThat(copy).hasToString(layer.toString());
            layer.call(Pass.training(Seed.of(5)), input(DType.FLOAT32));
            copy.initialize(Seed.of(8));
            copyState(layer, copy);
            assertThat(copy.predict(input(DType.FLOAT32)).toFloats())
                    .isEqualTo(layer.predict(input(DType.FLOAT32)).toFloats());
        }
    }

    private void refusesUnknownSettings() {
        Json.Fields recipe = layer().recipe().toJson();
        Json.Fields settings = recipe.values().get("settings") instanceof Json.Fields some ? some : Json.object();
        Json.Fields hostile = recipe.with("settings", settings.with("unheardOf", 1));
        assertThatThrownBy(() -> registry().build(JsonPlace.of(hostile)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("unheardOf");
    }

    private void refusesBadInput() {
        try (Layer layer = ready(DType.FLOAT32)) {
            Tensor bad = badInput();
            assertThatThrownBy(() -> layer.predict(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expects")
                    .hasMessageContaining("received")
                    .hasMessageContaining(bad.shape().toString());
            assertThatThrownBy(() -> layer.predict(new Tensor[0])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void prints() {
        assertThat(layer().toString())
                .startsWith(layer().getClass().getSimpleName() + ".")
                .contains("(")
                .doesNotContain("@");
    }

    private void frees() {
        Layer layer = ready(DType.FLOAT32);
        layer.close();
        layer.close();
        assertThat(LayerTree.params(layer).values()).noneMatch(Param::isInitialized);
    }

    private static List<List<Double>> state(Layer layer) {
        return values(layer).stream()
                .map(tensor ->
                        java.util.Arrays.stream(tensor.toDoubles()).boxed().toList())
                .toList();
    }

    private static List<Tensor> values(Layer layer) {
        List<Tensor> values = new ArrayList<>();
        LayerTree.params(layer).values().forEach(param -> values.add(param.value()));
        LayerTree.buffers(layer).values().forEach(buffer -> values.add(buffer.value()));
        return values;
    }

    private static void copyState(Layer from, Layer to) {
        List<Tensor> source = values(from);
        List<Tensor> target = values(to);
        for (int i = 0; i < source.size(); i++) {
            target.get(i).set(source.get(i).toDoubles());
        }
    }
}
