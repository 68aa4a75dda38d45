package org.learn4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class TensorScopeTest {
    @Test
    void closing_frees_what_was_made_inside_but_not_what_was_kept() {
        long blocks = TensorMemory.blocksInUse();
        Tensor kept;
        Tensor gone;
        try (TensorScope scope = TensorScope.open()) {
            gone = Tensor.of(new float[] {1, 2});
            kept = gone.plus(1).keep();
        }
        assertThat(gone.isClosed()).isTrue();
        assertThat(kept.toFloats()).containsExactly(2, 3);
        assertThat(TensorMemory.blocksInUse() - blocks).isOne();
        kept.close();
        assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
    }

    @Test
    void a_scope_frees_its_own_tensors_and_leaves_those_around_it() {
        try (TensorScope outer = TensorScope.open()) {
            Tensor before = Tensor.ones(2);
            Tensor inside;
            try (TensorScope inner = TensorScope.open()) {
                inside = before.plus(1);
            }
            Tensor after = before.plus(2);
            assertThat(before.isClosed()).isFalse();
            assertThat(inside.isClosed()).isTrue();
            assertThat(after.toFloats()).containsExactly(3, 3);
        }
    }

    @Test
    void a_tensor_kept_from_an_inner_scope_outlives_the_outer_one() {
        Tensor kept;
        try (TensorScope outer = TensorScope.open()) {
            try (TensorScope inner = TensorScope.open()) {
                kept = Tensor.full(7, 3).keep();
            }
            for (int i = 0; i < 10; i++) {
                Tensor.zeros(3);
            }
        }
        assertThat(kept.toFloats()).containsExactly(7, 7, 7);
        kept.close();
    }

    @Test
    void a_view_kept_from_a_scope_keeps_the_memory() {
        Tensor kept;
        try (TensorScope scope = TensorScope.open()) {
            kept = Tensor.range(5).slice(0, 3, 5).keep();
            Tensor.zeros(5);
        }
        assertThat(kept.toFloats()).containsExactly(3, 4);
        kept.close();
    }

    @Test
    void scopes_are_counted_and_close_once() {
        int open = TensorScope.openScopes();
        TensorScope scope = TensorScope.open();
        assertThat(TensorScope.isOpen()).isTrue();
        assertThat(TensorScope.openScopes()).isEqualTo(open + 1);
        scope.close();
        scope.close();
        assertThat(TensorScope.openScopes()).isEqualTo(open);
        assertThat(TensorScope.isOpen()).isFalse();
    }

    @Test
    void an_outer_scope_does_not_close_before_an_inner_one() {
        TensorScope outer = TensorScope.open();
        TensorScope inner = TensorScope.open();
        Tensor tensor = Tensor.ones(1);
        assertThatIllegalStateException()
                .isThrownBy(outer::close)
                .withMessageContaining("after the scopes opened inside");
        assertThat(tensor.isClosed()).isFalse();
        inner.close();
        outer.close();
    }

    @Test
    void a_scope_closes_on_the_thread_that_opened_it_and_is_unknown_to_others() throws Exception {
        var other = Executors.newSingleThreadExecutor();
        try (TensorScope scope = TensorScope.open()) {
            Tensor mine = Tensor.ones(1);
            other.submit(() -> {
                        assertThat(TensorScope.isOpen()).isFalse();
                        assertThatIllegalStateException()
                                .isThrownBy(scope::close)
                                .withMessageContaining(Thread.currentThread().getName());
                        Tensor.ones(3).close();
                    })
                    .get();
            assertThat(mine.isClosed()).isFalse();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void an_exception_inside_closes_the_scope() {
        Tensor[] made = new Tensor[1];
        assertThatIllegalStateException().isThrownBy(() -> {
            try (TensorScope scope = TensorScope.open()) {
                made[0] = Tensor.ones(4);
                throw new IllegalStateException("inside");
            }
        });
        assertThat(made[0].isClosed()).isTrue();
        assertThat(TensorScope.isOpen()).isFalse();
    }

    @Test
    void a_scope_may_see_very_many_short_lived_tensors() {
        long blocks = TensorMemory.blocksInUse();
        try (TensorScope scope = TensorScope.open()) {
            Tensor sum = Tensor.zeros(1);
            for (int i = 0; i < 20_000; i++) {
                try (Tensor one = Tensor.ones(1)) {
                    assertThat(one.isClosed()).isFalse();
                }
            }
            assertThat(sum.item()).isZero();
            assertThat(TensorMemory.blocksInUse() - blocks).isLessThanOrEqualTo(2);
        }
    }
}
