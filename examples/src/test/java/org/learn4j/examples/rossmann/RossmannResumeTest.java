package org.learn4j.examples.rossmann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.metric.Metric;
import org.learn4j.nn.LayerTree;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.TabularLearner;
import org.learn4j.tabular.Target;
import org.learn4j.tabular.table.Tables;
import org.learn4j.tensor.Seed;

/** Training that stops in its third epoch and goes on in another learner ends with the same bits. */
class RossmannResumeTest {
    private static final int EPOCHS = 4;

    @TempDir
    private Path folder;

    @Test
    void on_generated_sales() throws IOException {
        RossmannGenerator.of(20, 300, 1).write(folder);
        check(folder, 4000);
    }

    @Test
    void on_the_competitions_sales() {
        Path files = Path.of("..", "..", "shared", "data", "rossmann");
        assumeTrue(Files.isDirectory(files), "the competition's files are not here");
        check(files, 30_000);
    }

    private void check(Path files, int rows) {
        RossmannTables tables = RossmannTables.read(files);
        TabularData data = TabularData.of(Tables.sample(tables.train(), rows, Seed.of(1)))
                .categorical(RossmannTables.CATEGORICAL)
                .continuous(RossmannTables.CONTINUOUS)
                .target(Target.logOf(RossmannTables.TARGET))
                .splitRandomly(0.1, 1)
                .batchSize(64)
                .build();
        Map<String, float[]> expected;
        double score;
        try (TabularLearner learner = learner(data)) {
            learner.fitOneCycle(EPOCHS, 1e-3, FitOptions.weightDecay(0.2));
            expected = weights(learner);
            score = learner.history().last("exp_rmspe");
        }
        Path checkpoint = folder.resolve("checkpoint.safetensors");
        int batches = data.split().train().length / 64;
        try (TabularLearner learner = learner(data)) {
            Callback interruption = new Callback() {
                @Override
                public void afterBatch(FitContext context) {
                    if (context.isTraining() && context.step() == 2L * batches + batches / 2) {
                        learner.saveCheckpoint(checkpoint);
                        learner.cancel();
                    }
                }
            };
            learner.fitOneCycle(EPOCHS, 1e-3, FitOptions.weightDecay(0.2).callbacks(interruption));
            assertThat(learner.epochsDone()).isEqualTo(2);
        }
        try (TabularLearner learner = learner(data)) {
            learner.resume(checkpoint, FitOptions.weightDecay(0.2));
            assertThat(learner.epochsDone()).isEqualTo(EPOCHS);
            assertThat(learner.history().last("exp_rmspe")).isEqualTo(score);
            weights(learner)
                    .forEach((name, values) ->
                            assertThat(values).as(name).containsExactly(expected.getOrDefault(name, new float[0])));
        }
    }

    private static TabularLearner learner(TabularData data) {
        return TabularLearner.of(data)
                .layers(100, 50)
                .dropout(0.001, 0.01)
                .embeddingDropout(0.04)
                .yRange(data.yRange(1.2))
                .metrics(Metric.expRmspe())
                .silent()
                .build();
    }

    private static Map<String, float[]> weights(TabularLearner learner) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        LayerTree.params(learner.network())
                .forEach((name, param) -> weights.put(name, param.value().toFloats()));
        LayerTree.buffers(learner.network())
                .forEach((name, buffer) -> weights.put(name, buffer.value().toFloats()));
        return weights;
    }
}
