package org.learn4j.learn;

import java.io.Console;
import java.io.PrintStream;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows a fit's progress: the table of losses and metrics as epochs end, and on a terminal a bar for the running epoch.
 * {@code train_loss} is the running average fastai shows.
 *
 * <pre>{@code
 * Learner.of(data, model).progress(ProgressDisplay.lines(System.err)).build();
 * }</pre>
 */
public final class ProgressDisplay implements Callback {
    private static final int BAR_MILLIS = 200;
    private static final int NUMBER_WIDTH = 11;

    private final @Nullable PrintStream out;
    private final @Nullable Supplier<ProgressBarBuilder> bars;
    private @Nullable ProgressBar running;
    private long messageAt;
    private boolean headed;

    ProgressDisplay(@Nullable PrintStream out, @Nullable Supplier<ProgressBarBuilder> bars) {
        this.out = out;
        this.bars = bars;
    }

    /** Returns the table on standard output, with a bar on standard error if this process has a terminal. */
    public static Callback automatic() {
        return new ProgressDisplay(System.out, hasTerminal() ? ProgressBarBuilder::new : null);
    }

    /** From JDK 22 on there may be a console without a terminal, which its method {@code isTerminal} tells. */
    private static boolean hasTerminal() {
        Console console = System.console();
        if (console == null || System.getenv("TERM") == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }

    /** Returns the table alone, as plain lines. */
    public static Callback lines(PrintStream out) {
        return new ProgressDisplay(out, null);
    }

    /** Returns no display. */
    public static Callback silent() {
        return new ProgressDisplay(null, null);
    }

    @Override
    public Stage stage() {
        return Stage.REPORT;
    }

    @Override
    public void beforeFit(FitContext context) {
        headed = false;
    }

    @Override
    public void beforeEpoch(FitContext context) {
        if (bars != null) {
            messageAt = System.nanoTime() - BAR_MILLIS * 1_000_000L;
            running = bars.get()
                    .setTaskName("epoch " + context.epoch())
                    .setInitialMax(context.learner().data().train().batches())
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(BAR_MILLIS)
                    .clearDisplayOnFinish()
                    .build();
        }
    }

    @Override
    public void afterBatch(FitContext context) {
        ProgressBar current = running;
        if (current != null && context.isTraining()) {
            current.stepTo(context.batchNumber() + 1L);
            long now = System.nanoTime();
            if (now - messageAt >= BAR_MILLIS * 1_000_000L) {
                messageAt = now;
                current.setExtraMessage(String.format(Locale.ROOT, " loss %.4f", context.loss()));
            }
        }
    }

    @Override
    public void epochRecorded(FitContext context) {
        closeBar();
        if (out == null) {
            return;
        }
        History.Epoch epoch =
                context.history().epochs().get(context.history().epochs().size() - 1);
        Map<String, Double> shown = new LinkedHashMap<>(epoch.values());
        shown.remove("train_loss_mean");
        if (!headed) {
            headed = true;
            out.println(row("epoch", shown.keySet(), shown.keySet(), "time"));
        }
        out.println(row(
                Integer.toString(context.epoch()),
                shown.keySet(),
                shown.values().stream().map(ProgressDisplay::number).toList(),
                time(epoch.seconds())));
    }

    /** Returns a line whose columns are as wide as their names, or a number. */
    private static String row(String first, Collection<String> names, Collection<String> cells, String last) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-6s", first));
        Iterator<String> name = names.iterator();
        for (String cell : cells) {
            int width = Math.max(NUMBER_WIDTH, name.next().length());
            line.append(String.format(Locale.ROOT, " %-" + width + "s", cell));
        }
        return line.append(' ').append(last).toString();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "#na#" : String.format(Locale.ROOT, "%.6f", value);
    }

    private static String time(double seconds) {
        long whole = Math.round(seconds);
        return seconds < 10
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%02d:%02d", whole / 60, whole % 60);
    }

    @Override
    public void afterEpoch(FitContext context) {
        closeBar();
    }

    /** Closing waits for the bar's thread, and would take an interrupt that came before for its own. */
    private void closeBar() {
        if (running != null) {
            boolean interrupted = Thread.interrupted();
            running.close();
            running = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void afterFit(FitContext context) {
        context.stopReason().ifPresent(reason -> {
            if (out != null) {
                out.println("stopped: " + reason);
            }
        });
    }
}
