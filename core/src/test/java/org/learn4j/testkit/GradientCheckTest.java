package org.learn4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.learn4j.autograd.Call;
import org.learn4j.autograd.Op;
import org.learn4j.autograd.Tape;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** The check finds what is wrong. */
class GradientCheckTest {
    /** What a cube might do wrong on its way back. */
    private enum Flaw {
        NONE,
        WRONG_NUMBER,
        WRONG_IN_ONE_PLACE,
        NOTHING_WRITTEN,
        READS_MEMORY_IN_ORDER,
        OVERWRITES_WHAT_IT_PASSED
    }

    private record Cube(Flaw flaw) implements Op {
        @Override
        public Tensor forward(Call call) {
            Tensor y = Tensor.uninitialized(call.input(0).dtype(), call.input(0).shape());
            call.kernels().unary(Unary.POWER, 3, 0, call.input(0), y);
            return y;
        }

        @Override
        public void backward(Call call, Tensor dy) {
            Kernels kernels = call.kernels();
            Tensor x = call.input(0);
            try (Tensor slope = Tensor.uninitialized(x.dtype(), x.shape())) {
                kernels.unary(Unary.SQUARE, 0, 0, x, slope);
                kernels.unary(Unary.LINEAR, flaw == Flaw.WRONG_NUMBER ? 3.001 : 3, 0, slope, slope);
                Tensor given = flaw == Flaw.READS_MEMORY_IN_ORDER
                        ? dy.view(dy.shape(), dy.shape().strides(), dy.offset())
                        : dy;
                kernels.binary(Binary.MULTIPLY, slope, given, slope);
                switch (flaw) {
                    case NOTHING_WRITTEN -> {}
                    case OVERWRITES_WHAT_IT_PASSED -> {
                        call.passGradient(0, slope);
                        kernels.fill(0, slope);
                    }
                    default -> {
                        Tensor dx = call.gradient(0);
                        kernels.copy(slope, dx);
                        if (flaw == Flaw.WRONG_IN_ONE_PLACE) {
                            dx.get(1).slice(0, 2, 3).fill(0);
                        }
                    }
                }
            }
        }
    }

    private static void check(Flaw flaw) {
        try (TensorScope scope = TensorScope.open()) {
            GradientCheck.of("cube", x -> Tape.apply(new Cube(flaw), x[0]))
                    .seed(5)
                    .check(Cases.of(1).awayFromZero(2, 3));
        }
    }

    @Test
    void a_right_gradient_passes() {
        check(Flaw.NONE);
    }

    @Test
    void a_gradient_off_by_a_thousandth_is_found() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check(Flaw.WRONG_NUMBER))
                .withMessageContaining("cube of FLOAT64 [2, 3], seed 5")
                .withMessageContaining("central differences");
    }

    @Test
    void the_worst_place_is_named() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check(Flaw.WRONG_IN_ONE_PLACE))
                .withMessageContaining("input 0 at [1, 2] is 0.0");
    }

    @Test
    void a_missing_gradient_is_found() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check(Flaw.NOTHING_WRITTEN))
                .withMessageContaining("no gradient of input 0");
    }

    @Test
    void a_gradient_that_is_right_for_gradients_in_order_alone_is_found() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check(Flaw.READS_MEMORY_IN_ORDER))
                .withMessageContaining("from a turned gradient");
    }

    @Test
    void a_gradient_overwritten_after_it_was_passed_is_found() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check(Flaw.OVERWRITES_WHAT_IT_PASSED))
                .withMessageContaining("as results");
    }

    @Test
    void many_inputs_are_checked_along_directions() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Cases.of(1).awayFromZero(20, 20);
            GradientCheck.of("cube", y -> Tape.apply(new Cube(Flaw.NONE), y[0])).check(x);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> GradientCheck.of("cube", y -> Tape.apply(new Cube(Flaw.WRONG_NUMBER), y[0]))
                            .check(x))
                    .withMessageContaining("along direction");
        }
    }

    @Test
    void inputs_keep_their_numbers_and_constants_have_no_gradient() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor a = Cases.of(1).numbers(3);
            Tensor b = Cases.of(2).numbers(3);
            double[] before = a.toDoubles();
            int compared = GradientCheck.of("product", x -> x[0].times(x[1]).plus(x[1].detach()))
                    .constant(1)
                    .check(a, b);
            assertThat(compared).isPositive();
            assertThat(a.toDoubles()).containsExactly(before);
            assertThat(a.requiresGradient()).isFalse();
            Tensor repeated = Tensor.of(new double[] {1}).expand(3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GradientCheck.of("sum", x -> x[0].sum()).check(repeated))
                    .withMessageContaining("share memory");
        }
    }
}
