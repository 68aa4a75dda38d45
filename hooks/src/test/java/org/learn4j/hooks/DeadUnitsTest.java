package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.nn.Activation;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Seed;

class DeadUnitsTest {
    private static DataLoader loader(float[]... rows) {
        return DataLoader.of(ArrayDataset.of(rows, new float[rows.length]))
                .batchSize(2)
                .build();
    }

    @Test
    void a_unit_that_no_item_makes_fire_is_dead() {
        Linear linear = Linear.of(1, 4)
                .init((tensor, seed) -> tensor.set(1f, -1f, 0f, 1f))
                .biasInit((tensor, seed) -> tensor.set(-5f, -3f, -1f, -2f));
        try (Sequential model = Sequential.of(linear, Activation.relu(), Linear.of(4, 1));
                DataLoader loader = loader(new float[][] {{0}, {1}, {2.5f}})) {
            model.initialize(Seed.of(1));
            DeadUnits report = DeadUnits.of(model, loader);
            assertThat(report.rows()).hasSize(1);
            assertThat(report.rows().get(0).path()).isEqualTo("1");
            assertThat(report.rows().get(0).dead()).containsExactly(0, 1, 2);
            assertThat(report.count()).isEqualTo(3);
            assertThat(report).hasToString("1: 3 of 4 units never fire [0, 1, 2]\n");
            assertThat(DeadUnits.of(model, loader, "0").rows().get(0).dead()).containsExactly(0, 1, 2);
        }
        assertThat(LayerHooks.hookedLayers()).isZero();
    }

    @Test
    void a_channel_fires_if_one_place_of_it_does() {
        var spread = new Nets.Function("Spread", x -> x.reshape(x.shape().dim(0), 3, 1, 2));
        try (Sequential model = Sequential.of(spread, Activation.relu());
                DataLoader loader = loader(new float[][] {{-1, -1, -1, 2, 0, 0}, {-1, -1, -1, -1, 0, 0}})) {
            assertThat(DeadUnits.of(model, loader).rows().get(0).dead()).containsExactly(0, 2);
        }
    }

    @Test
    void channels_that_lie_last_in_memory_are_told_apart_too() {
        var spread = new Nets.Function(
                "Spread", x -> x.reshape(x.shape().dim(0), 3, 1, 2).toChannelsLast());
        try (Sequential model = Sequential.of(spread);
                DataLoader loader = loader(new float[][] {{-1, -1, -1, 2, 0, 0}, {-1, -1, -1, -1, 0, 0}})) {
            assertThat(DeadUnits.of(model, loader, "0").rows().get(0).dead()).containsExactly(0, 2);
        }
    }
}
