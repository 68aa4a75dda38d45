package org.learn4j.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.autograd.Functional;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.Golden;
import org.learn4j.testkit.GoldenTensors;

/** Values and gradients equal PyTorch's and fastai's, for logits of ±1e4 too (R04, R10). */
class GoldenLossesTest {
    private static final List<DType> TYPES = List.of(DType.FLOAT64, DType.FLOAT32);

    static Stream<Golden.Case> cases() {
        return Golden.load("losses").stream().filter(c -> !isTorchForm(c));
    }

    static Stream<Golden.Case> torchForm() {
        return Golden.load("losses").stream().filter(GoldenLossesTest::isTorchForm);
    }

    private static boolean isTorchForm(Golden.Case c) {
        return c.has("form") && c.text("form").equals("torch");
    }

    private static Loss loss(Golden.Case c) {
        return switch (c.text("loss")) {
            case "mse" -> Loss.mse();
            case "l1" -> Loss.l1();
            case "huber" -> Loss.huber(c.number("delta"));
            case "cross_entropy" -> {
                CrossEntropy plain = Loss.crossEntropy().labelSmoothing(c.number("label_smoothing"));
                yield c.inputs().containsKey("weight")
                        ? plain.classWeights(c.input("weight").data())
                        : plain;
            }
            case "focal" -> {
                Focal plain = Loss.focal(c.number("gamma"));
                yield c.inputs().containsKey("weight")
                        ? plain.classWeights(c.input("weight").data())
                        : plain;
            }
            case "bce_with_logits" -> {
                BinaryCrossEntropy plain = Loss.bceWithLogits();
                yield c.inputs().containsKey("pos_weight")
                        ? plain.positiveWeights(c.input("pos_weight").data())
                        : plain;
            }
            default -> throw new IllegalArgumentException(c.text("loss"));
        };
    }

    private static Tensor prediction(Golden.Case c, DType type) {
        return GoldenTensors.of(type, c.input(c.inputs().containsKey("pred") ? "pred" : "logits"));
    }

    private static Tensor target(Golden.Case c, DType type) {
        boolean classes =
                c.text("loss").equals("cross_entropy") || c.text("loss").equals("focal");
        Golden.Array target = c.input("target");
        return classes ? Tensor.of(target.ints(), target.shape()) : GoldenTensors.of(type, target);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equals_the_reference_in_both_precisions(Golden.Case c) {
        for (DType type : TYPES) {
            try (TensorScope scope = TensorScope.open();
                    Tape tape = Tape.open()) {
                Tensor prediction = prediction(c, type).requireGradient(true);
                Tensor target = target(c, type);
                Tensor mean = loss(c).mean(prediction, target);
                GoldenTensors.assertClose(c, "mean", mean);
                tape.backward(mean);
                GoldenTensors.assertClose(c, "grad_mean", prediction.gradient().orElseThrow());
                checkItems(c, loss(c).items(prediction, target));
            }
        }
    }

    /** The reference has a number for each output, ours is the mean over an item's outputs. */
    private static void checkItems(Golden.Case c, Tensor items) {
        double[] each = c.output("none").data();
        int width = each.length / (int) items.elements();
        double[] received = items.toDoubles();
        double share = items.dtype() == DType.FLOAT64 ? 1e-9 : 1e-5;
        for (int i = 0; i < received.length; i++) {
            double sum = 0;
            for (int j = 0; j < width; j++) {
                sum += each[i * width + j] / width;
            }
            assertThat(received[i])
                    .as(c + " item " + i)
                    .isCloseTo(sum, Offset.offset(share / 10 + share * Math.abs(sum)));
        }
        assertThat(items.shape().rank()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("torchForm")
    void the_fused_operation_has_pytorchs_form_of_smoothing_with_weights(Golden.Case c) {
        for (DType type : TYPES) {
            try (TensorScope scope = TensorScope.open();
                    Tape tape = Tape.open()) {
                Tensor logits = prediction(c, type).requireGradient(true);
                Tensor target = target(c, type);
                Tensor weights = GoldenTensors.of(type, c.input("weight"));
                Tensor items = Functional.crossEntropy(logits, target, weights, c.number("label_smoothing"));
                GoldenTensors.assertClose(c, "none", items);
                Tensor mean = items.sum().over(weights.select(0, target).sum());
                GoldenTensors.assertClose(c, "mean", mean);
                tape.backward(mean);
                GoldenTensors.assertClose(c, "grad_mean", logits.gradient().orElseThrow());
            }
        }
    }
}
