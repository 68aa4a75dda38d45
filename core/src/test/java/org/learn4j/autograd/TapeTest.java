package org.learn4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

class TapeTest {
    private static Tensor leaf(double... values) {
        return Tensor.of(values).requireGradient(true);
    }

    private static double[] gradient(Tensor leaf) {
        return leaf.gradient().orElseThrow().toDoubles();
    }

    @Test
    void gradients_add_up_over_backward_passes_until_they_are_cleared() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3, -1);
            Tensor loss = w.square().sum();
            tape.backward(loss);
            assertThat(gradient(w)).containsExactly(6, -2);
            tape.backward(loss);
            assertThat(gradient(w)).containsExactly(12, -4);
            w.markGradient(false);
            assertThat(w.gradient()).isEmpty();
            tape.backward(loss);
            assertThat(gradient(w)).containsExactly(6, -2);
        }
    }

    @Test
    void an_input_used_twice_by_one_operation_gets_both_gradients() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3, -1);
            tape.backward(w.times(w).plus(w.plus(w)).minus(w.over(w)).sum());
            assertThat(gradient(w)).containsExactly(8, 0);
        }
    }

    @Test
    void what_two_summands_share_is_not_written_over_before_both_have_used_it() {
        double[] at = {3, -2, .5, 2};
        for (boolean first : new boolean[] {false, true}) {
            try (TensorScope scope = TensorScope.open();
                    Tape tape = Tape.open()) {
                Tensor w = leaf(.5, -3, -2, 1);
                Tensor x = leaf(at);
                Tensor top = x.times(1);
                for (int block = 0; block < 3; block++) {
                    Tensor path = top.times(w);
                    top = first ? Functional.addRelu(top, path) : Functional.addRelu(path, top);
                }
                tape.backward(top.square().sum());
                double[] dx = gradient(x);
                double[] dw = gradient(w);
                for (int i = 0; i < at.length; i++) {
                    // y = (x·(1 + w)³)² where every factor keeps the sign positive, else 0
                    double grows = 1 + w.toDoubles()[i];
                    boolean passes = at[i] * grows > 0 && grows > 0;
                    assertThat(dx[i]).isEqualTo(passes ? 2 * at[i] * Math.pow(grows, 6) : 0);
                    assertThat(dw[i]).isEqualTo(passes ? 6 * at[i] * at[i] * Math.pow(grows, 5) : 0);
                }
            }
        }
    }

    @Test
    void paths_that_part_and_meet_again_are_all_followed() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(2);
            Tensor top = w.times(3);
            Tensor left = top.square();
            Tensor right = top.times(left);
            tape.backward(left.plus(right).plus(top).sum());
            // y = 9w² + 27w³ + 3w
            assertThat(gradient(w)).containsExactly(18 * 2 + 81 * 4 + 3);
        }
    }

    @Test
    void the_gradient_of_a_sum_is_not_shared_by_its_terms() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(1, 2);
            Tensor v = leaf(5, 7);
            Tensor a = w.times(1);
            Tensor b = v.times(1);
            Tensor early = a.times(10).sum();
            Tensor sum = a.plus(b);
            Tensor late = b.times(100).sum();
            tape.backward(sum.sum().plus(early).plus(late));
            assertThat(gradient(w)).containsExactly(11, 11);
            assertThat(gradient(v)).containsExactly(101, 101);
        }
    }

    @Test
    void the_gradients_of_a_quotient_do_not_share_memory() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(6);
            Tensor v = leaf(2);
            tape.backward(w.times(1).over(v.times(1)).sum());
            assertThat(gradient(w)).containsExactly(0.5);
            assertThat(gradient(v)).containsExactly(-1.5);
        }
    }

    @Test
    void two_thousand_operations_in_a_row_do_not_overflow_anything() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.openReleasing()) {
            Tensor w = leaf(1);
            Tensor y = w;
            for (int i = 0; i < 2000; i++) {
                y = y.plus(w);
            }
            tape.backward(y.sum());
            assertThat(gradient(w)).containsExactly(2001);
        }
    }

    @Test
    void the_part_that_does_not_lead_to_the_loss_gets_no_gradient() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor used = leaf(1);
            Tensor unused = leaf(1);
            Tensor constant = Tensor.of(new double[] {5});
            unused.times(2);
            tape.backward(used.times(constant).sum());
            assertThat(gradient(used)).containsExactly(5);
            assertThat(unused.gradient()).isEmpty();
            assertThat(constant.gradient()).isEmpty();
        }
    }

    @Test
    void only_what_depends_on_a_tensor_that_requires_a_gradient_is_recorded() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor constant = Tensor.of(new double[] {5});
            constant.times(2).plus(1).sum();
            assertThat(tape.size()).isZero();
            Tensor frozen = leaf(1).requireGradient(false);
            frozen.times(2);
            assertThat(tape.size()).isZero();
            leaf(1).times(2).detach().times(3);
            assertThat(tape.size()).isOne();
        }
    }

    @Test
    void whole_numbers_have_no_gradient() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor codes = leaf(1.5, 0).to(DType.INT32);
            assertThat(tape.recorded(codes)).isFalse();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> codes.requireGradient(true))
                    .withMessageContaining("INT32 [2]");
        }
    }

    @Test
    void a_gradient_flows_on_through_a_result_that_was_asked_to_require_one() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            Tensor y = w.square().requireGradient(true);
            tape.backward(y.times(2).sum());
            assertThat(gradient(w)).containsExactly(12);
        }
    }

    @Test
    void a_kept_result_is_a_leaf_of_the_next_tape() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor w = leaf(3);
            Tensor y;
            try (Tape tape = Tape.open()) {
                y = w.square().requireGradient(true);
            }
            try (Tape tape = Tape.open()) {
                tape.backward(y.times(2).sum());
            }
            assertThat(gradient(y)).containsExactly(2);
            assertThat(w.gradient()).isEmpty();
        }
    }

    // ---- what backward refuses

    @Test
    void backward_of_more_than_one_element_needs_the_gradient_of_the_output() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(1, 2);
            Tensor y = w.times(2);
            assertThatExceptionOfType(ShapeMismatchException.class)
                    .isThrownBy(() -> tape.backward(y))
                    .withMessageContaining("[2]");
            assertThatExceptionOfType(ShapeMismatchException.class)
                    .isThrownBy(() -> tape.backward(y, Tensor.of(new double[] {1, 2, 3})))
                    .withMessageContaining("[2]")
                    .withMessageContaining("[3]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.backward(y, Tensor.of(new float[] {1, 2})))
                    .withMessageContaining("FLOAT32");
            tape.backward(y, Tensor.of(new double[] {1, -1}));
            assertThat(gradient(w)).containsExactly(2, -2);
        }
    }

    @Test
    void backward_of_what_the_tape_did_not_record_is_an_error() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor constant = Tensor.of(new double[] {1}).times(2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.backward(constant))
                    .withMessageContaining("depends on nothing which requires a gradient");
            Tensor w = leaf(1);
            assertThatIllegalArgumentException().isThrownBy(() -> tape.backward(w));
        }
    }

    @Test
    void a_releasing_tape_goes_backward_once() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.openReleasing()) {
            Tensor w = leaf(3);
            Tensor loss = tape.retain(w.square().sum());
            tape.backward(loss);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.backward(loss))
                    .withMessageContaining("an earlier backward pass has freed");
            assertThat(tape.recorded(loss)).isFalse();
            tape.backward(w.times(2).sum());
            assertThat(gradient(w)).containsExactly(8);
        }
    }

    @Test
    void a_result_kept_from_an_earlier_pass_is_a_constant() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.openReleasing()) {
            Tensor w = leaf(3);
            Tensor kept = tape.retain(w.times(5));
            tape.backward(kept.sum());
            w.markGradient(false);
            tape.backward(w.times(kept).sum());
            assertThat(gradient(w)).containsExactly(15);
        }
    }

    @Test
    void a_closed_tape_does_nothing_more() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor w = leaf(3);
            Tape tape = Tape.open();
            Tensor loss = w.square().sum();
            tape.close();
            tape.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> tape.backward(loss))
                    .withMessageContaining("closed");
            assertThat(Tape.isRecording()).isFalse();
            assertThat(loss.item()).isEqualTo(9);
        }
    }

    @Test
    void a_tape_belongs_to_its_thread() throws Exception {
        var other = Executors.newSingleThreadExecutor();
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            Tensor loss = w.square().sum();
            Future<Boolean> recording = other.submit(Tape::isRecording);
            assertThat(recording.get()).isFalse();
            Future<?> backward = other.submit(() -> assertThatIllegalStateException()
                    .isThrownBy(() -> tape.backward(loss))
                    .withMessageContaining(Thread.currentThread().getName()));
            backward.get();
            Future<?> close =
                    other.submit(() -> assertThatIllegalStateException().isThrownBy(tape::close));
            close.get();
            tape.backward(loss);
            assertThat(gradient(w)).containsExactly(6);
        } finally {
            other.shutdownNow();
        }
    }

    // ---- NoGrad and nesting

    @Test
    void nothing_is_recorded_under_no_grad() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            Tensor statistic;
            try (NoGrad noGrad = NoGrad.open()) {
                assertThat(Tape.isRecording()).isFalse();
                statistic = w.square();
                try (NoGrad again = NoGrad.open()) {
                    w.times(2);
                }
                assertThat(Tape.isRecording()).isFalse();
            }
            assertThat(Tape.isRecording()).isTrue();
            assertThat(tape.size()).isZero();
            tape.backward(w.times(statistic).sum());
            assertThat(gradient(w)).containsExactly(9);
        }
    }

    @Test
    void no_grad_closes_on_its_thread() throws Exception {
        var other = Executors.newSingleThreadExecutor();
        try (NoGrad noGrad = NoGrad.open()) {
            Future<?> close =
                    other.submit(() -> assertThatIllegalStateException().isThrownBy(noGrad::close));
            close.get();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void of_nested_tapes_the_inner_one_records() {
        try (TensorScope scope = TensorScope.open();
                Tape outer = Tape.open()) {
            Tensor w = leaf(3);
            Tensor y = w.square();
            try (Tape inner = Tape.open()) {
                assertThat(Tape.current()).isSameAs(inner);
                Tensor z = y.times(w);
                inner.backward(z.sum());
                assertThat(gradient(w)).as("y is a constant of the inner tape").containsExactly(9);
                w.markGradient(false);
            }
            assertThat(Tape.current()).isSameAs(outer);
            assertThat(outer.size()).isOne();
            outer.backward(y.times(w).sum());
            assertThat(gradient(w)).containsExactly(27);
        }
    }

    @Test
    void tapes_closed_out_of_order_leave_the_thread_without_a_closed_tape() {
        Tape outer = Tape.open();
        Tape inner = Tape.open();
        outer.close();
        assertThat(Tape.current()).isSameAs(inner);
        inner.close();
        assertThat(Tape.current()).isNull();

        Tape paused = Tape.open();
        NoGrad noGrad = NoGrad.open();
        paused.close();
        noGrad.close();
        assertThat(Tape.current()).isNull();
    }

    @Test
    void a_tape_opened_under_no_grad_records() {
        try (TensorScope scope = TensorScope.open();
                NoGrad noGrad = NoGrad.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            tape.backward(w.square().sum());
            assertThat(gradient(w)).containsExactly(6);
        }
        assertThat(Tape.isRecording()).isFalse();
    }

    // ---- operations of one's own

    /** An operation written from others, as in the documentation of Op. */
    record Twice() implements Op {
        @Override
        public Tensor forward(Call call) {
            return call.input(0).times(2);
        }

        @Override
        public void backward(Call call, Tensor dy) {
            call.kernels().unary(Unary.LINEAR, 2, 0, dy, call.gradient(0));
        }
    }

    @Test
    void what_an_operation_computes_with_others_is_not_recorded_again() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            Tensor y = Tape.apply(new Twice(), w);
            assertThat(tape.size()).isOne();
            tape.backward(y.square().sum());
            assertThat(gradient(w)).containsExactly(24);
        }
    }

    /** Fails on the way there or on the way back. */
    private static final class Faulty implements Op {
        private boolean forwardFails;
        private boolean backwardFails;

        @Override
        public Tensor forward(Call call) {
            call.save(Tensor.of(new double[100]));
            if (forwardFails) {
                throw new IllegalStateException("on the way there");
            }
            return call.input(0).copy();
        }

        @Override
        public void backward(Call call, Tensor dy) {
            Kernels.current().fill(Double.NaN, call.gradient(0));
            if (backwardFails) {
                throw new IllegalStateException("on the way back");
            }
            Kernels.current().copy(dy, call.gradient(0));
        }
    }

    @Test
    void a_failure_in_forward_leaves_the_tape_as_it_was() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            Faulty faulty = new Faulty();
            faulty.forwardFails = true;
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.apply(faulty, w))
                    .withMessage("on the way there");
            assertThat(Tape.current()).isSameAs(tape);
            assertThat(tape.size()).isZero();
            tape.backward(w.square().sum());
            assertThat(gradient(w)).containsExactly(6);
        }
    }

    @Test
    void a_failure_in_backward_clears_the_gradients_and_leaves_the_tape_usable() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            Tensor v = leaf(4);
            tape.backward(w.times(v).sum());
            Faulty faulty = new Faulty();
            faulty.backwardFails = true;
            Tensor loss = Tape.apply(faulty, w.times(1)).times(v).sum();
            Tensor direct = Tape.apply(faulty, w).sum();
            assertThatIllegalStateException()
                    .isThrownBy(() -> tape.backward(loss))
                    .withMessage("on the way back");
            assertThat(w.gradient()).isEmpty();
            assertThat(v.gradient()).isEmpty();
            assertThatIllegalStateException().isThrownBy(() -> tape.backward(direct));
            assertThat(w.gradient()).isEmpty();
            assertThat(Tape.current()).isSameAs(tape);
            tape.backward(w.times(v).sum());
            assertThat(gradient(w)).containsExactly(4);
            assertThat(gradient(v)).containsExactly(3);
        }
    }

    /** Returns what it was given. */
    record Identity() implements Op {
        @Override
        public Tensor forward(Call call) {
            return call.input(0);
        }

        @Override
        public void backward(Call call, Tensor dy) {
            call.passGradient(0, dy);
        }
    }

    @Test
    void an_operation_that_returns_its_input_is_refused() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(3);
            assertThatIllegalStateException()
                    .isThrownBy(() -> Tape.apply(new Identity(), w))
                    .withMessageContaining("Identity returned its input");
        }
    }

    /** Passes a gradient of another shape on. */
    record WrongShape() implements Op {
        @Override
        public Tensor forward(Call call) {
            return call.input(0).sum();
        }

        @Override
        public void backward(Call call, Tensor dy) {
            call.passGradient(0, dy);
        }
    }

    @Test
    void an_operation_that_passes_a_gradient_of_another_shape_is_named() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor loss = Tape.apply(new WrongShape(), leaf(1, 2));
            assertThatIllegalStateException()
                    .isThrownBy(() -> tape.backward(loss))
                    .withMessageContaining("WrongShape")
                    .withMessageContaining("[2]");
        }
    }

    // ---- hooks

    @Test
    void a_hook_sees_the_whole_gradient_of_a_result() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(1, 2);
            Tensor y = w.times(3);
            List<double[]> seen = new ArrayList<>();
            tape.onGradient(y, g -> {
                seen.add(g.toDoubles());
                return g;
            });
            tape.backward(y.square().plus(y).sum());
            assertThat(seen).hasSize(1);
            assertThat(seen.get(0)).containsExactly(7, 13);
            assertThat(gradient(w)).containsExactly(21, 39);
        }
    }

    @Test
    void what_hooks_return_flows_on_one_after_the_other() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.openReleasing()) {
            Tensor w = leaf(1, 2);
            Tensor y = w.times(3);
            tape.onGradient(y, g -> g.times(10));
            tape.onGradient(y, g -> g.plus(1));
            tape.backward(y.sum());
            assertThat(gradient(w)).containsExactly(33, 33);
        }
    }

    @Test
    void a_hook_may_hold_the_gradient_it_sees() {
        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> held = new ArrayList<>();
            try (Tape tape = Tape.openReleasing()) {
                Tensor w = leaf(1, -2);
                Tensor y = w.times(3);
                tape.onGradient(y, g -> {
                    held.add(g.hold());
                    return g;
                });
                // in-place gradients follow on both sides of y
                tape.backward(y.tanh().sigmoid().tanh().sum());
            }
            try (Tape tape = Tape.open()) {
                Tensor w = leaf(3, -6);
                tape.backward(w.tanh().sigmoid().tanh().sum());
                assertThat(held.get(0).toDoubles()).containsExactly(gradient(w));
            }
            held.forEach(Tensor::close);
        }
    }

    @Test
    void a_hook_that_returns_another_shape_is_refused() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor y = leaf(1, 2).times(3);
            tape.onGradient(y, Tensor::sum);
            assertThatExceptionOfType(ShapeMismatchException.class)
                    .isThrownBy(() -> tape.backward(y.square().sum()))
                    .withMessageContaining("[2]");
        }
    }

    @Test
    void a_hook_on_what_was_not_recorded_is_refused() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor constant = Tensor.of(new double[] {1});
            assertThatIllegalArgumentException().isThrownBy(() -> tape.onGradient(constant, g -> g));
        }
    }

    @Test
    void a_hook_cannot_start_another_backward_pass_or_close_the_tape() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(1);
            Tensor y = w.times(3);
            Tensor loss = y.sum();
            tape.onGradient(y, g -> {
                assertThatIllegalStateException().isThrownBy(() -> tape.backward(loss));
                assertThatIllegalStateException().isThrownBy(tape::close);
                return g;
            });
            tape.backward(loss);
            assertThat(gradient(w)).containsExactly(3);
        }
    }

    @Test
    void what_hooks_compute_is_not_recorded() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor w = leaf(2);
            Tensor y = w.square();
            tape.onGradient(y, g -> g.times(w));
            tape.backward(y.sum());
            assertThat(tape.size()).isEqualTo(2);
            assertThat(gradient(w)).containsExactly(8);
        }
    }

    // ---- inputs without gradients

    @Test
    void class_weights_and_statistics_that_require_a_gradient_are_refused() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor logits = Tensor.of(new float[6], 2, 3).requireGradient(true);
            Tensor targets = Tensor.of(new int[] {0, 2});
            Tensor weights = Tensor.ones(3).requireGradient(true);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Functional.crossEntropy(logits, targets, weights, 0))
                    .withMessageContaining("class weights")
                    .withMessageContaining("detach()");
            Functional.crossEntropy(logits, targets, weights.detach(), 0);
            Tensor ones = Tensor.ones(3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Functional.batchNormInference(logits, ones, ones, weights, ones, 1e-5, false))
                    .withMessageContaining("mean");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Functional.batchNorm(logits, ones, ones, ones, weights, 1e-5, false))
                    .withMessageContaining("variance");
        }
    }

    @Test
    void a_watching_tape_follows_what_it_is_told_to_and_leaves_parameters_alone() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor w = leaf(3, -1);
            try (Tape tape = Tape.openWatching()) {
                Tensor x = tape.watch(Tensor.of(new double[] {2, 5}));
                assertThat(tape.recorded(w.square())).isFalse();
                Tensor loss = w.times(x).square().sum();
                tape.backward(loss);
                assertThat(gradient(x)).containsExactly(2 * 9 * 2, 2 * 5);
                assertThat(w.gradient()).isEmpty();
                assertThat(w.gradientBuffer()).isNull();
            }
        }
    }

    @Test
    void any_tape_may_watch_a_tensor_that_requires_no_gradient() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor w = leaf(3);
            Tensor x = Tensor.of(new double[] {2});
            try (Tape tape = Tape.openReleasing()) {
                tape.watch(x);
                tape.backward(w.times(x).sum());
                assertThat(gradient(x)).containsExactly(3);
                assertThat(gradient(w)).containsExactly(2);
                assertThat(tape.recorded(x.square()))
                        .as("after the backward pass")
                        .isFalse();
            }
            try (Tape tape = Tape.open()) {
                assertThat(tape.recorded(x.square())).as("on another tape").isFalse();
            }
        }
    }

    @Test
    void results_and_whole_numbers_cannot_be_watched() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor result = leaf(3).square();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.watch(result))
                    .withMessageContaining("use onGradient");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.watch(Tensor.of(new int[] {1})))
                    .withMessageContaining("INT32 [1]");
        }
    }
}
