package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.junit.jupiter.api.Test;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.metric.Metric;
import org.learn4j.testkit.SyntheticLearner;

class ProgressDisplayTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void printsATableOfLossesAndMetrics() {
        Metric undefined = Metric.meanOf("undefined", Metric.Direction.LOWER_IS_BETTER, (p, t) -> Double.NaN);
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .metrics(Metric.mae(), undefined, Metric.expRmspePerBatch())
                .progress(ProgressDisplay.lines(out))
                .build()) {
            History history = learner.fit(2, .01);
            learner.fit(1, .01);

            assertThat(lines()).hasSize(5);
            assertThat(lines().get(0))
                    .isEqualTo("epoch  train_loss  valid_loss  mae         undefined   exp_rmspe_per_batch time");
            assertThat(lines().get(3)).isEqualTo(lines().get(0)); // each fit has its own head
            for (int i = 0; i < 2; i++) {
                History.Epoch epoch = history.epochs().get(i);
                String expected = String.format(
                        Locale.ROOT,
                        "%-6d %-11.6f %-11.6f %-11.6f %-11s %-19.6f",
                        i,
                        epoch.values().get("train_loss"),
                        epoch.values().get("valid_loss"),
                        epoch.values().get("mae"),
                        "#na#",
                        epoch.values().get("exp_rmspe_per_batch"));
                assertThat(lines().get(i + 1)).startsWith(expected + " ").matches(".* \\d\\.\\d s");
            }
            assertThat(lines().get(4)).startsWith("0 "); // the epoch of this fit
        }
    }

    @Test
    void saysWhyAFitStopped() {
        Callback stopper = new Callback() {
            @Override
            public void epochRecorded(FitContext context) {
                context.stop("it is good enough");
            }
        };
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .progress(ProgressDisplay.lines(out))
                .callbacks(stopper)
                .build()) {
            learner.fit(3, .01);
        }
        assertThat(lines()).hasSize(3).last().isEqualTo("stopped: it is good enough");
    }

    @Test
    void showsLossesAloneWithoutValidation() {
        DataLoader train =
                DataLoader.of(SyntheticLearner.items(32, 1)).batchSize(16).build();
        try (Learner learner = SyntheticLearner.builder(DataLoaders.trainingOnly(train))
                .progress(ProgressDisplay.lines(out))
                .build()) {
            learner.fit(1, .01);
        }
        assertThat(lines()).hasSize(2).first().isEqualTo("epoch  train_loss  time");
    }

    @Test
    void silentPrintsNothing() {
        PrintStream before = System.out;
        PrintStream errors = System.err;
        System.setOut(out);
        System.setErr(out);
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .progress(ProgressDisplay.silent())
                .build()) {
            learner.fit(1, .01);
        } finally {
            System.setOut(before);
            System.setErr(errors);
        }
        assertThat(bytes.size()).isZero();
    }

    @Test
    void withoutATerminalTheTableIsPlainLines() {
        PrintStream before = System.out;
        PrintStream errors = System.err;
        System.setOut(out);
        System.setErr(out);
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .progress(ProgressDisplay.automatic())
                .build()) {
            learner.fit(2, .01);
        } finally {
            System.setOut(before);
            System.setErr(errors);
        }
        assumeTrue(System.console() == null, "this JVM has a terminal");
        assertThat(lines()).hasSize(3);
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .doesNotContain("\r")
                .doesNotContain("%")
                .doesNotContain("\u001b");
    }

    @Test
    void aBarIsShownWhileAnEpochRuns() {
        List<String> bars = Collections.synchronizedList(new ArrayList<>());
        Supplier<ProgressBarBuilder> builder =
                () -> new ProgressBarBuilder().setConsumer(new DelegatingProgressBarConsumer(bars::add, 100));
        Callback failing = new Callback() {
            @Override
            public void afterStep(FitContext context) {
                if (context.epoch() == 1) {
                    throw new IllegalStateException("broken");
                }
            }
        };
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .progress(new ProgressDisplay(out, builder))
                .callbacks(failing)
                .build()) {
            assertThatThrownBy(() -> learner.fit(2, .01)).hasMessage("broken");
        }
        assertThat(bars).anyMatch(bar -> bar.startsWith("epoch 0") && bar.contains("10/10") && bar.contains("loss "));
        assertThat(bars).anyMatch(bar -> bar.startsWith("epoch 1") && bar.contains("1/10"));
        assertThat(lines()).hasSize(2); // the table of the epoch that ended
    }

    @Test
    void anInterruptIsNotLostWithTheBar() {
        Supplier<ProgressBarBuilder> builder = () -> new ProgressBarBuilder()
                .setConsumer(new DelegatingProgressBarConsumer(
                        bar -> LockSupport.parkNanos(20_000_000), 100)); // on a thread of its own, which is waited for
        Callback interrupter = new Callback() {
            @Override
            public void afterStep(FitContext context) {
                Thread.currentThread().interrupt();
            }
        };
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .progress(new ProgressDisplay(out, builder))
                .callbacks(interrupter)
                .build()) {
            learner.fit(2, .01);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(learner.steps()).isEqualTo(1);
        }
    }

    @Test
    void longEpochsAreTimedInMinutes() {
        History history = new History();
        history.addEpoch(new History.Epoch(0, Map.of("train_loss", 1.0), 754.6, 1));
        Callback display = ProgressDisplay.lines(out);
        try (Learner learner = SyntheticLearner.of()) {
            display.epochRecorded(new FitContext(learner, FitPlans.none(), history));
        }
        assertThat(lines().get(1)).endsWith(" 12:35");
    }
}
