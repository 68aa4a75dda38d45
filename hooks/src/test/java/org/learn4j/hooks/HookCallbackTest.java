package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.Learner;
import org.learn4j.nn.LayerHooks;

class HookCallbackTest {
    @Test
    void every_layer_with_parameters_is_seen_in_training_and_validation() {
        Set<String> paths = new TreeSet<>();
        List<Boolean> training = new ArrayList<>();
        HookCallback callback = HookCallback.of((context, path, output) -> {
            paths.add(path);
            training.add(context.isTraining());
            assertThat(output.shape().dim(0)).isEqualTo(context.batch().size());
        });
        try (Learner learner = Nets.learner(Nets.rows(), callback)) {
            learner.fit(2, 1e-3);
        }
        assertThat(paths).containsExactly("0", "10", "13", "2", "4", "6", "8");
        assertThat(training).hasSize(2 * (5 + 3) * 7).contains(true, false);
        assertThat(LayerHooks.hookedLayers()).isZero();
    }

    @Test
    void layers_may_be_chosen_by_path() {
        Set<String> paths = new TreeSet<>();
        HookCallback callback =
                HookCallback.of((context, path, output) -> paths.add(path)).on("1", "13");
        try (Learner learner = Nets.learner(Nets.rows(), callback)) {
            learner.fit(1, 1e-3);
            assertThat(paths).containsExactly("1", "13");
        }
        try (Learner learner = Nets.learner(Nets.rows(), callback.on("77"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.fit(1, 1e-3))
                    .withMessageContaining("77");
        }
        assertThat(LayerHooks.hookedLayers()).isZero();
    }

    @Test
    void the_hooks_go_even_if_the_fit_fails() {
        Callback failing = new Callback() {
            @Override
            public void afterLoss(FitContext context) {
                throw new IllegalStateException("enough");
            }
        };
        HookCallback callback = HookCallback.of((context, path, output) -> {});
        try (Learner learner = Nets.learner(Nets.rows(), callback, failing)) {
            assertThatThrownBy(() -> learner.fit(1, 1e-3)).hasMessageStartingWith("enough");
            assertThat(LayerHooks.hookedLayers()).isZero();
        }
    }

    @Test
    void looking_changes_no_bit() {
        var plain = Nets.rows();
        var watched = Nets.rows();
        try (Learner one = Nets.learner(plain);
                Learner two = Nets.learner(watched, ActivationStats.create())) {
            one.fit(2, 1e-2);
            two.fit(2, 1e-2);
            assertThat(Nets.bits(watched)).isEqualTo(Nets.bits(plain));
        }
    }
}
