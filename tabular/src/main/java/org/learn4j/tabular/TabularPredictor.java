package org.learn4j.tabular;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.learn.TrainedModel;
import org.learn4j.nn.Embedding;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Schema;
import org.learn4j.tabular.model.TabularModel;
import org.learn4j.tabular.proc.ProcRegistry;
import org.learn4j.tensor.Tensor;
import tech.tablesaw.api.Table;

/**
 * Predicts for rows of raw values, from the one file that {@link TabularLearner#export} wrote: schema, procs, network and target. Thread-safe;
 * a row gets the same answer, in every bit, alone and in a table.
 *
 * <pre>{@code
 * try (TabularPredictor predictor = TabularPredictor.load(Path.of("rossmann.safetensors"))) {
 *     double sales = predictor.predict(Map.of("Store", 1, "DayOfWeek", 5, "Promo", true)).value();
 * }
 * }</pre>
 *
 * <p>Rows must have the input columns, in any order; a missing value is null. They may have other columns of the table that the
 * model was trained on, which are ignored; columns nobody has seen are refused. Categories that training did not see count
 * as {@code #na#}. {@link #open} has other answers.
 */
public final class TabularPredictor implements AutoCloseable {
    /** Rows are computed in blocks of one size, so that the order of summation never depends on how many there are. */
    private static final int BLOCK = 8;

    private final TrainedModel model;
    private final Encoder encoder;
    private final boolean ignoreMore;
    private final boolean refuseUnknown;

    private TabularPredictor(TrainedModel model, Encoder encoder, boolean ignoreMore, boolean refuseUnknown) {
        this.model = model;
        this.encoder = encoder;
        this.ignoreMore = ignoreMore;
        this.refuseUnknown = refuseUnknown;
    }

    /**
     * Loads an exported model.
     *
     * @throws org.learn4j.persist.ModelFormatException if the file is damaged, or no table's model
     * @throws java.io.UncheckedIOException if it cannot be read, naming the path
     */
    public static TabularPredictor load(Path path) {
        return open(path).load();
    }

    /** Starts loading an exported model with settings of one's own. */
    public static Loader open(Path path) {
        return new Loader(path);
    }

    /** Returns the columns a row must have. */
    public Schema schema() {
        return encoder.schema();
    }

    /** Returns the names of the classes; empty for regression. */
    public List<String> classes() {
        return encoder.target().classes();
    }

    /** Returns the network and the rest of the file. */
    public TrainedModel model() {
        return model;
    }

    /**
     * Predicts for one row: values by column, null for a missing one.
     *
     * @throws org.learn4j.tabular.column.SchemaException if a column is missing, unknown or of another type
     * @throws IllegalArgumentException if a value is missing where training had none, or unknown and refused
     */
    public TabularPrediction predict(Map<String, ?> row) {
        return predictRows(List.of(row)).get(0);
    }

    /** Predicts for one row given as a record, whose components are the columns. */
    public TabularPrediction predict(Record row) {
        return predict(values(row));
    }

    /** Predicts for rows, in their order. */
    public TabularPredictions predictRows(List<? extends Map<String, ?>> rows) {
        return predict(encoder.schema().frame(rows, ignoreMore));
    }

    /** Predicts for the rows of a table, in their order. */
    public TabularPredictions predict(Table table) {
        encoder.schema().requireColumns(table.columnNames(), ignoreMore);
        return predict(encoder.frame(
                table.rowCount(), TabularData.columns(table, encoder.schema().names()), ignoreMore));
    }

    private TabularPredictions predict(Frame raw) {
        if (refuseUnknown) {
            encoder.requireKnown(raw);
        }
        Encoder.Encoded rows = encoder.encode(raw);
        int outputs = encoder.target().outputs();
        double[] values = new double[rows.rows() * outputs];
        for (int from = 0; from < rows.rows(); from += BLOCK) {
            int first = from;
            int count = Math.min(BLOCK, rows.rows() - first);
            double[] block = model.predict(() -> inputs(rows, first, count));
            System.arraycopy(block, 0, values, first * outputs, count * outputs);
        }
        return TabularPredictions.of(encoder.target(), values);
    }

    private static Tensor[] inputs(Encoder.Encoded rows, int first, int count) {
        List<Tensor> inputs = new ArrayList<>();
        int[] codes = rows.codes();
        if (codes != null) {
            int[] block = new int[BLOCK * rows.categories()];
            System.arraycopy(codes, first * rows.categories(), block, 0, count * rows.categories());
            inputs.add(Tensor.of(block, BLOCK, rows.categories()));
        }
        float[] numbers = rows.numbers();
        if (numbers != null) {
            float[] block = new float[BLOCK * rows.continuous()];
            System.arraycopy(numbers, first * rows.continuous(), block, 0, count * rows.continuous());
            inputs.add(Tensor.of(block, BLOCK, rows.continuous()));
        }
        return inputs.toArray(new Tensor[0]);
    }

    private static Map<String, @Nullable Object> values(Record row) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                values.put(component.getName(), component.getAccessor().invoke(row));
            } catch (ReflectiveOperationException | RuntimeException failure) {
                throw new IllegalArgumentException(
                        "The component \"" + component.getName() + "\" of "
                                + row.getClass().getName() + " cannot be read: " + failure,
                        failure);
            }
        }
        return values;
    }

    /** Frees the memory, once the predictions under way are done. */
    @Override
    public void close() {
        model.close();
    }

    @Override
    public String toString() {
        return "TabularPredictor(" + Arrays.toString(schema().names().toArray()) + " to "
                + encoder.target().columns() + ")";
    }

    /** Checks that the columns of the schema, behind the procs, are what the network reads, and its outputs the target. */
    private static void requireFit(JsonPlace extension, Encoder encoder, TrainedModel model) {
        Frame none;
        Encoder.Encoded read;
        try {
            none = encoder.procs().apply(encoder.schema().frame(List.of(), false));
            read = Encoder.layOut(none);
        } catch (ModelFormatException complaint) {
            throw complaint;
        } catch (RuntimeException invalid) {
            throw extension.expected("procs for the columns of the schema (" + invalid.getMessage() + ")");
        }
        if (!(model.network() instanceof TabularModel network)
                || !encoder.levels(none)
                        .equals(network.embeddings()
                                .map(all -> all.tables().stream()
                                        .map(Embedding::categories)
                                        .toList())
                                .orElse(List.of()))
                || read.continuous() != network.continuous()
                || !encoder.target().classes().equals(model.classes())) {
            throw extension.expected("columns and classes as the network has them");
        }
        int outputs;
        try {
            outputs = model.predict(() -> inputs(read, 0, 0)).length;
        } catch (IllegalArgumentException invalid) {
            throw extension.expected("columns that the network can read (" + invalid.getMessage() + ")");
        }
        if (outputs != BLOCK * encoder.target().outputs()) {
            throw extension
                    .get("target")
                    .expected("a target of as many numbers as the network's " + outputs / BLOCK + " outputs");
        }
    }

    /** Settings of a predictor. */
    public static final class Loader {
        private final Path path;
        private ProcRegistry procs = ProcRegistry.standard();
        private boolean ignoreMore;
        private boolean refuseUnknown;

        private Loader(Path path) {
            this.path = path;
        }

        /** Ignores columns that training did not have; an error by default. */
        public Loader ignoreAdditionalColumns() {
            this.ignoreMore = true;
            return this;
        }

        /** Refuses categories that training did not see; they count as {@code #na#} by default. */
        public Loader refuseUnknownCategories() {
            this.refuseUnknown = true;
            return this;
        }

        /** Sets the registry that knows the model's procs; the library's own by default. */
        public Loader procs(ProcRegistry registry) {
            this.procs = registry;
            return this;
        }

        /** Loads the model. */
        public TabularPredictor load() {
            TrainedModel model = TrainedModel.load(path, TabularModel.register(LayerRegistry.standard()));
            try {
                JsonPlace extension = model.extension()
                        .find(TabularLearner.EXTENSION)
                        .orElseThrow(() -> new ModelFormatException(
                                path,
                                ModelFormatException.Reason.MISSING,
                                "this model does not say what columns it reads; was it exported by a TabularLearner?"));
                Encoder encoder = Encoder.fromJson(extension, procs);
                requireFit(extension, encoder, model);
                return new TabularPredictor(model, encoder, ignoreMore, refuseUnknown);
            } catch (RuntimeException | Error failure) {
                model.close();
                throw failure;
            }
        }
    }
}
