package org.learn4j.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.Golden;
import org.learn4j.testkit.GoldenTensors;

/** Values and gradients equal PyTorch's (R04). */
class GoldenLayersTest {
    private static final List<DType> TYPES = List.of(DType.FLOAT64, DType.FLOAT32);

    static Stream<Golden.Case> simple() {
        return Golden.load("layers").stream()
                .filter(c -> !c.text("layer").startsWith("batch_norm")
                        && !c.outputs().containsKey("loss"));
    }

    private static Layer layer(Golden.Case c) {
        long[] weight = c.input(c.inputs().containsKey("weight_v") ? "weight_v" : "weight")
                .shape();
        Linear linear = Linear.of((int) weight[weight.length - 1], (int) weight[0]);
        return switch (c.text("layer")) {
            case "linear" -> c.flag("bias") ? linear : linear.withoutBias();
            case "weight_norm_linear" -> WeightNorm.of(linear);
            case "embedding" -> Embedding.of((int) weight[0], (int) weight[1]);
            case "layer_norm" -> LayerNorm.of((int) weight[0]).epsilon(c.number("eps"));
            default -> throw new IllegalArgumentException(c.text("layer"));
        };
    }

    @ParameterizedTest
    @MethodSource("simple")
    void layer_equals_pytorch(Golden.Case c) {
        for (DType type : TYPES) {
            try (TensorScope scope = TensorScope.open();
                    Tape tape = Tape.open();
                    Layer layer = layer(c).initialize(Seed.of(1), type)) {
                setParams(layer, c, Map.of());
                boolean codes = c.inputs().containsKey("index");
                Tensor x = codes
                        ? Tensor.of(c.input("index").ints(), c.input("index").shape())
                        : GoldenTensors.of(type, c.input("x")).requireGradient(true);
                Tensor y = layer.call(Pass.training(Seed.of(1)), x);
                tape.backward(y, GoldenTensors.of(type, c.input("grad_y")));
                GoldenTensors.assertClose(c, "y", y);
                if (!codes) {
                    GoldenTensors.assertClose(c, "grad_x", x.gradient().orElseThrow());
                }
                checkGradients(layer, c, Map.of());
            }
        }
    }

    static Stream<Golden.Case> batchNorms() {
        return Golden.load("layers").stream().filter(c -> c.text("layer").equals("batch_norm_1d"));
    }

    @ParameterizedTest
    @MethodSource("batchNorms")
    void batch_norm_equals_pytorch(Golden.Case c) {
        for (DType type : TYPES) {
            boolean training = c.text("mode").equals("train");
            BatchNorm1d plain =
                    BatchNorm1d.of((int) c.input("weight").shape()[0]).epsilon(c.number("eps"));
            BatchNorm1d configured = training ? plain.momentum(c.number("momentum")) : plain;
            try (TensorScope scope = TensorScope.open();
                    Tape tape = Tape.open();
                    Layer layer = configured.initialize(Seed.of(1), type)) {
                setParams(layer, c, Map.of());
                LayerTree.buffers(layer)
                        .forEach((name, buffer) -> buffer.value()
                                .set(c.input(training ? name + "_0" : name).data()));
                Pass pass = training ? Pass.training(Seed.of(1)) : Pass.evaluation();
                Tensor x =
                        GoldenTensors.of(type, c.input(training ? "x1" : "x")).requireGradient(true);
                Tensor y = layer.call(pass, x);
                tape.backward(y, GoldenTensors.of(type, c.input(training ? "grad_y1" : "grad_y")));
                GoldenTensors.assertClose(c, training ? "y1" : "y", y);
                GoldenTensors.assertClose(c, "grad_x", x.gradient().orElseThrow());
                checkGradients(layer, c, Map.of());
                if (training) {
                    checkBuffers(layer, c, "_1");
                    for (int batch = 2; batch <= c.integer("batches"); batch++) {
                        Tensor again = layer.call(pass, GoldenTensors.of(type, c.input("x" + batch)));
                        GoldenTensors.assertClose(c, "y" + batch, again);
                    }
                    if (c.integer("batches") > 1) {
                        checkBuffers(layer, c, "_" + c.integer("batches"));
                    }
                }
            }
        }
    }

    private static void checkBuffers(Layer layer, Golden.Case c, String suffix) {
        LayerTree.buffers(layer).forEach((name, buffer) -> GoldenTensors.assertClose(c, name + suffix, buffer.value()));
    }

    static Stream<Golden.Case> models() {
        return Golden.load("layers").stream().filter(c -> c.outputs().containsKey("loss"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void model_equals_pytorch(Golden.Case c) {
        for (DType type : TYPES) {
            Model model = c.text("layer").equals("tabular_model")
                    ? tabular(c)
                    : residual(c.text("layer").endsWith("batch_norm"));
            try (TensorScope scope = TensorScope.open();
                    Tape tape = Tape.open();
                    Layer layer = model.layer.initialize(Seed.of(1), type)) {
                setParams(layer, c, model.names);
                List<Tensor> inputs = new ArrayList<>();
                for (String name : model.inputs) {
                    inputs.add(
                            name.equals("categories")
                                    ? Tensor.of(
                                            c.input(name).ints(), c.input(name).shape())
                                    : GoldenTensors.of(type, c.input(name)).requireGradient(true));
                }
                Tensor y = layer.call(Pass.training(Seed.of(1)), inputs.toArray(new Tensor[0]));
                Tensor loss = y.minus(GoldenTensors.of(type, c.input("target")))
                        .square()
                        .mean();
                tape.backward(loss);
                GoldenTensors.assertClose(c, "y", y);
                GoldenTensors.assertClose(c, "loss", loss);
                Tensor last = inputs.get(inputs.size() - 1);
                GoldenTensors.assertClose(
                        c,
                        "grad_" + model.inputs.get(model.inputs.size() - 1),
                        last.gradient().orElseThrow());
                checkGradients(layer, c, model.names);
                LayerTree.buffers(layer)
                        .forEach((path, buffer) ->
                                GoldenTensors.assertClose(c, renamed(path, model.names), buffer.value()));
            }
        }
    }

    private static Model residual(boolean norm) {
        Sequential inner = norm
                ? Sequential.of(
                        Linear.of(6, 4), BatchNorm1d.of(4), Activation.relu(), Linear.of(4, 6), BatchNorm1d.of(6))
                : Sequential.of(Linear.of(6, 4), Activation.relu(), Linear.of(4, 6));
        Layer layer = Sequential.of(
                Linear.of(5, 6), Activation.relu(), Residual.of(inner).activation(Activation.relu()), Linear.of(6, 2));
        Map<String, String> names = new LinkedHashMap<>(Map.of("0", "linear0", "2.inner.0", "linear1", "3", "linear3"));
        names.put(norm ? "2.inner.3" : "2.inner.2", "linear2");
        names.put("2.inner.1", "norm1");
        names.put("2.inner.4", "norm2");
        return new Model(layer, names, List.of("x"));
    }

    private static Model tabular(Golden.Case c) {
        Layer layer = new TwoInputs(
                Embeddings.of(Embedding.of(5, 3), Embedding.of(3, 2)),
                BatchNorm1d.of(3),
                Sequential.of(
                        Linear.of(8, 6),
                        Activation.relu(),
                        BatchNorm1d.of(6),
                        Linear.of(6, 4),
                        Activation.relu(),
                        BatchNorm1d.of(4),
                        Linear.of(4, 1),
                        SigmoidRange.of(c.number("lo"), c.number("hi"))));
        Map<String, String> names = Map.of(
                "embeddings.0", "embedding0",
                "embeddings.1", "embedding1",
                "continuous", "norm_cont",
                "body.0", "linear0",
                "body.2", "norm0",
                "body.3", "linear1",
                "body.5", "norm1",
                "body.6", "linear2");
        return new Model(layer, names, List.of("categories", "continuous"));
    }

    private record Model(Layer layer, Map<String, String> names, List<String> inputs) {}

    private static String renamed(String path, Map<String, String> names) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? path : names.getOrDefault(path.substring(0, dot), path) + path.substring(dot);
    }

    private static void setParams(Layer layer, Golden.Case c, Map<String, String> names) {
        LayerTree.params(layer)
                .forEach((path, param) ->
                        param.value().set(c.input(renamed(path, names)).data()));
    }

    private static void checkGradients(Layer layer, Golden.Case c, Map<String, String> names) {
        LayerTree.params(layer)
                .forEach((path, param) -> GoldenTensors.assertClose(
                        c,
                        "grad_" + renamed(path, names),
                        param.value().gradient().orElseThrow()));
    }
}
