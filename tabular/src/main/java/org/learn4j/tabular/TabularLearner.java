package org.learn4j.tabular;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Callback;
import org.learn4j.learn.Learner;
import org.learn4j.learn.Predictions;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Embedding;
import org.learn4j.nn.Embeddings;
import org.learn4j.nn.Init;
import org.learn4j.optim.Optimizer;
import org.learn4j.persist.Json;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.TableColumns;
import org.learn4j.tabular.column.TextColumn;
import org.learn4j.tabular.model.TabularModel;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * A learner of a {@link TabularModel} on {@link TabularData} (fastai's tabular_learner).
 *
 * <pre>{@code
 * try (TabularLearner learner = TabularLearner.of(data)
 *         .layers(1000, 500).dropout(0.001, 0.01).embeddingDropout(0.04)
 *         .yRange(data.yRange(1.2))
 *         .metrics(Metric.expRmspe())
 *         .build()) {
 *     learner.fitOneCycle(5, 1e-3, FitOptions.weightDecay(0.2));
 *     learner.export(Path.of("rossmann.safetensors"));          // for TabularPredictor.load
 * }
 * }</pre>
 */
public final class TabularLearner extends Learner {
    static final String EXTENSION = "tabular";

    private static final NumberColumnFormatter SIX_DIGITS = new NumberColumnFormatter() {
        @Override
        public String format(double value) {
            return BigDecimal.valueOf(value).round(new MathContext(6)).toPlainString();
        }
    };

    private final TabularData table;

    private TabularLearner(Learner.Builder builder, TabularData table) {
        super(builder);
        this.table = table;
    }

    /** Starts building a learner. */
    public static Builder of(TabularData data) {
        return new Builder(data);
    }

    /** Returns the table it learns from. */
    public TabularData table() {
        return table;
    }

    /** Returns the network. */
    public TabularModel network() {
        return (TabularModel) model();
    }

    /**
     * Predicts for a table's rows, in their order and in the target's own units; columns that are not in the schema are ignored.
     *
     * @throws org.learn4j.tabular.column.SchemaException if a column is missing or of another kind
     */
    public TabularPredictions predict(Table rows) {
        try (Predictions predictions = predictions(table.test(rows))) {
            return TabularPredictions.of(
                    table.encoder().target(), predictions.values().toDoubles());
        }
    }

    /** Returns the first validation rows as they were in the table, with targets and predictions (fastai's show_results). */
    public Table showResults(int rows) {
        int[] valid = table.split().valid();
        int[] chosen = Arrays.copyOf(valid, Math.min(rows, valid.length));
        if (chosen.length == 0) {
            throw new IllegalStateException("There are no validation rows to show");
        }
        FittedTarget target = table.encoder().target();
        Table shown = table.decode(chosen);
        try (DataLoader loader = DataLoader.of(table.dataset())
                        .items(chosen)
                        .batchSize(chosen.length)
                        .build();
                Predictions predictions = predictions(loader)) {
            TabularPredictions answers =
                    TabularPredictions.of(target, predictions.values().toDoubles());
            for (int i = 0; i < target.columns().size(); i++) {
                Column<?> predicted = TableColumns.write(
                        target.columns().get(i) + " predicted",
                        target.vocabulary() == null
                                ? new NumberColumn(answers.values(i))
                                : TextColumn.of(answers.labels().toArray(new String[0])));
                if (predicted instanceof DoubleColumn numbers) {
                    numbers.setPrintFormatter(SIX_DIGITS);
                }
                shown.addColumns(predicted);
            }
        }
        return shown;
    }

    @Override
    protected Json.Fields extension() {
        return Json.object().with(EXTENSION, table.encoder().toJson());
    }

    /** Settings of a learner. */
    public static final class Builder {
        private final TabularData table;
        private final Map<String, Integer> widths = new LinkedHashMap<>();
        private @Nullable Init embeddingInit;
        private final List<UnaryOperator<TabularModel.Builder>> network = new ArrayList<>();
        private final List<UnaryOperator<Learner.Builder>> learner = new ArrayList<>();

        private Builder(TabularData table) {
            this.table = table;
        }

        /** Sets the sizes of the hidden layers, 200 and 100 by default. */
        public Builder layers(int... hidden) {
            return network(model -> model.layers(hidden));
        }

        /** Sets the dropout behind the hidden layers: one probability for all of them or one for each; 0 by default. */
        public Builder dropout(double... probabilities) {
            return network(model -> model.dropout(probabilities));
        }

        /** Sets the dropout over all embeddings side by side, 0 by default. */
        public Builder embeddingDropout(double probability) {
            return network(model -> model.embeddingDropout(probability));
        }

        /**
         * Sets the width of a column's embedding; fastai's rule, {@code min(600, round(1.6 · n^0.56))}, by default.
         *
         * @throws IllegalArgumentException if there is no such categorical column
         */
        public Builder embeddingSize(String column, int width) {
            table.vocabulary(column);
            widths.put(column, width);
            return this;
        }

        /** Sets the initial values of all embeddings; a truncated normal of deviation .01 by default. */
        public Builder embeddingInit(Init values) {
            this.embeddingInit = values;
            return this;
        }

        /** Lets predictions lie between two numbers, by a sigmoid; for a log target they are logarithms. */
        public Builder yRange(double low, double high) {
            return network(model -> model.yRange(low, high));
        }

        /** Lets predictions lie in a range, as {@link TabularData#yRange} returns it. */
        public Builder yRange(double... range) {
            if (range.length != 2) {
                throw new IllegalArgumentException("A range is two numbers, received " + Arrays.toString(range));
            }
            return yRange(range[0], range[1]);
        }

        /** Leaves out batch norm behind the hidden layers. */
        public Builder withoutBatchNorm() {
            return network(TabularModel.Builder::withoutBatchNorm);
        }

        /** Leaves out batch norm over the continuous columns. */
        public Builder withoutContinuousNorm() {
            return network(TabularModel.Builder::withoutContinuousNorm);
        }

        /** Adds batch norm behind the last layer. */
        public Builder finalBatchNorm() {
            return network(TabularModel.Builder::finalBatchNorm);
        }

        private Builder network(UnaryOperator<TabularModel.Builder> setting) {
            network.add(setting);
            return this;
        }

        /** Sets anything of the network's builder. */
        public Builder model(UnaryOperator<TabularModel.Builder> setting) {
            return network(setting);
        }

        /** Sets the loss; mean squared error for numbers and cross entropy for classes by default. */
        public Builder loss(Loss chosen) {
            return learner(base -> base.loss(chosen));
        }

        /** Sets the optimizer; Adam with decoupled weight decay by default. */
        public Builder optimizer(Optimizer chosen) {
            return learner(base -> base.optimizer(chosen));
        }

        /** Sets the metrics computed after each epoch; none by default. For a log target they see logarithms. */
        public Builder metrics(Metric... chosen) {
            return learner(base -> base.metrics(chosen));
        }

        /** Adds callbacks for every fit. */
        public Builder callbacks(Callback... more) {
            return learner(base -> base.callbacks(more));
        }

        /** Sets how progress is shown. */
        public Builder progress(Callback display) {
            return learner(base -> base.progress(display));
        }

        /** Shows no progress. */
        public Builder silent() {
            return learner(Learner.Builder::silent);
        }

        /** Sets the seed of weights and dropout, 42 by default; the data has one of its own. */
        public Builder seed(long number) {
            return learner(base -> base.seed(number));
        }

        /** Sets anything of the learner's builder. */
        public Builder learner(UnaryOperator<Learner.Builder> setting) {
            learner.add(setting);
            return this;
        }

        /**
         * Returns the learner.
         *
         * @throws IllegalArgumentException if settings do not fit one another or the data
         */
        public TabularLearner build() {
            TabularModel.Builder model;
            int continuous = table.continuous().size();
            Embeddings embeddings = embeddings();
            model = embeddings == null
                    ? TabularModel.of(continuous, table.outputs())
                    : TabularModel.of(embeddings, continuous, table.outputs());
            for (UnaryOperator<TabularModel.Builder> setting : network) {
                model = setting.apply(model);
            }
            TabularModel built = model.build();
            DataLoaders loaders = table.loaders();
            try {
                Learner.Builder base = Learner.of(loaders, built);
                double[] weights = table.lossWeights();
                if (weights != null) {
                    base = base.callbacks(new RowWeights(weights));
                }
                for (UnaryOperator<Learner.Builder> setting : learner) {
                    base = setting.apply(base);
                }
                return new TabularLearner(base, table);
            } catch (RuntimeException | Error failure) {
                loaders.close();
                throw failure;
            }
        }

        private @Nullable Embeddings embeddings() {
            List<Embedding> tables = new ArrayList<>();
            int[] cardinalities = table.cardinalities();
            for (int i = 0; i < cardinalities.length; i++) {
                Integer width = widths.get(table.categorical().get(i));
                tables.add(
                        Embedding.of(cardinalities[i], width == null ? Embedding.sizeRule(cardinalities[i]) : width));
            }
            return tables.isEmpty() ? null : Embeddings.of(tables.toArray(new Embedding[0]));
        }
    }
}
