package org.learn4j.callback;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.History;
import org.learn4j.persist.AtomicFile;

/**
 * Writes the table of losses and metrics to a CSV file after every epoch, atomically (fastai's CSVLogger). The file holds the
 * learner's whole history.
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(CsvHistory.to(Path.of("history.csv")))
 * }</pre>
 */
public final class CsvHistory implements Callback {
    private final Path file;

    private CsvHistory(Path file) {
        this.file = file;
    }

    /** Returns the callback for a file, which is replaced. */
    public static CsvHistory to(Path file) {
        return new CsvHistory(file);
    }

    @Override
    public Stage stage() {
        return Stage.REPORT;
    }

    @Override
    public void epochRecorded(FitContext context) {
        StringBuilder csv = new StringBuilder();
        for (History.Epoch epoch : context.history().epochs()) {
            if (csv.length() == 0) {
                csv.append("epoch,").append(String.join(",", epoch.values().keySet())).append(",seconds\n");
            }
            csv.append(epoch.number())
                    .append(',')
                    .append(epoch.values().values().stream()
                            .map(value -> Double.toString(value))
                            .collect(Collectors.joining(",")))
                    .append(String.format(Locale.ROOT, ",%.3f%n", epoch.seconds()));
        }
        AtomicFile.write(file, csv.toString().getBytes(StandardCharsets.UTF_8));
    }
}
