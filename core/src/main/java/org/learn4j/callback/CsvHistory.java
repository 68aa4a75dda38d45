package org.learn4j.callback;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.History;
import org.learn4j.persist.AtomicFile;

/**
 * Writes the table of losses and metrics to a CSV file after every epoch, atomically (fastai's CSVLogger). The file
 * holds the learner's whole history; what an epoch does not have is an empty cell.
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
    public void beforeFit(FitContext context) {
        new TargetFile(file).prepare();
    }

    @Override
    public void epochRecorded(FitContext context) {
        AtomicFile.writeReadable(file, csv(context.history().epochs()).getBytes(StandardCharsets.UTF_8));
    }

    private static String csv(List<History.Epoch> epochs) {
        Set<String> columns = new LinkedHashSet<>();
        epochs.forEach(epoch -> columns.addAll(epoch.values().keySet()));
        StringBuilder csv = new StringBuilder("epoch");
        columns.forEach(column -> csv.append(',').append(quoted(column)));
        csv.append(",seconds\n");
        for (History.Epoch epoch : epochs) {
            csv.append(epoch.number());
            for (String column : columns) {
                Double value = epoch.values().get(column);
                csv.append(',').append(value == null ? "" : value.toString());
            }
            csv.append(String.format(Locale.ROOT, ",%.3f\n", epoch.seconds()));
        }
        return csv.toString();
    }

    /** Quotes a name where RFC 4180 asks for it. */
    private static String quoted(String name) {
        boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
