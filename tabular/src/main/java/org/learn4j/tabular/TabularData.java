package org.learn4j.tabular;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.data.Split;
import org.learn4j.data.Splitter;
import org.learn4j.tabular.column.CodeColumn;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.ColumnSpec;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Kind;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.Schema;
import org.learn4j.tabular.column.TableColumns;
import org.learn4j.tabular.column.Vocabulary;
import org.learn4j.tabular.column.WholeColumn;
import org.learn4j.tabular.proc.Categorify;
import org.learn4j.tabular.proc.FillMissing;
import org.learn4j.tabular.proc.Normalize;
import org.learn4j.tabular.proc.Proc;
import org.learn4j.tabular.proc.Procs;
import org.learn4j.tensor.Seed;
import tech.tablesaw.api.Table;

/**
 * A table ready for training: its columns' roles, the procs fitted on the training rows, the target and the split (fastai's TabularList
 * and TabularPandas). The table is read once, into primitive arrays; later changes to it have no effect. Immutable.
 *
 * <pre>{@code
 * TabularData data = TabularData.of(train)
 *         .categorical("Store", "DayOfWeek", "StateHoliday")
 *         .continuous("CompetitionDistance", "Promo")
 *         .procs(FillMissing.median(), Categorify.create(), Normalize.create())
 *         .target(Target.logOf("Sales"))
 *         .splitLikeTest("Date", test)
 *         .batchSize(64)
 *         .build();
 * }</pre>
 */
public final class TabularData {
    private final Encoder encoder;
    private final Categorify.@Nullable Fitted categories;
    private final List<String> categorical;
    private final List<String> continuous;
    private final Encoder.Encoded encoded;
    private final Map<String, Integer> places = new HashMap<>();
    private final Frame targets;
    private final Dataset dataset;
    private final Split split;
    private final int batchSize;
    private final int validBatchSize;
    private final int workers;
    private final Seed seed;
    private final double @Nullable [] lossWeights;
    private final double @Nullable [] sampleWeights;

    private TabularData(Builder builder) {
        Frame raw = builder.frame();
        Frame targets = builder.read(builder.requireTarget().columns());
        this.split = builder.split();
        if (split.train().length == 0) {
            throw new IllegalArgumentException("The split leaves no training rows of " + raw.rows());
        }
        FittedTarget target = builder.requireTarget().fit(targets, split.train());
        Procs procs = Procs.fit(builder.procs(), raw.rows(split.train()));
        List<ColumnSpec> specs = new ArrayList<>();
        for (String name : builder.inputs()) {
            boolean number = builder.continuous.contains(name);
            specs.add(new ColumnSpec(name, raw.column(name).kind(), number));
        }
        this.encoder = new Encoder(Schema.of(specs, builder.unused()), procs, target);
        Frame done = procs.apply(raw);
        this.categories = procs.find(Categorify.Fitted.class).orElse(null);
        this.categorical = done.categorical();
        this.continuous = done.continuous();
        this.encoded = Encoder.layOut(done);
        for (String name : builder.continuous) {
            if (raw.column(name).kind().isNumeric()) {
                places.put(name, places(raw.column(name)));
            }
        }
        this.targets = targets;
        this.dataset = labelled(encoded.dataset(), target, targets);
        this.batchSize = builder.batchSize;
        this.validBatchSize = builder.validBatchSize == 0 ? builder.batchSize : builder.validBatchSize;
        this.workers = builder.workers;
        this.seed = builder.seed;
        this.lossWeights = builder.weights(builder.lossWeights);
        double[] draws = builder.weights(builder.sampleWeights);
        this.sampleWeights = draws == null
                ? null
                : IntStream.of(split.train()).mapToDouble(row -> draws[row]).toArray();
    }

    private static Dataset labelled(ArrayDataset inputs, FittedTarget target, Frame targets) {
        if (target.kind() == TargetKind.CLASS) {
            return inputs.target(Field.ints(target.columns().get(0)), target.codes(targets))
                    .classes(target.classes().toArray(new String[0]));
        }
        return inputs.target(
                Field.floats(
                        String.join(", ", target.columns()), target.columns().size()),
                target.numbers(targets));
    }

    /** Starts preparing a table. */
    public static Builder of(Table table) {
        return new Builder(table);
    }

    /** Returns the columns read as categories, in the model's order; those that procs added come last. */
    public List<String> categorical() {
        return categorical;
    }

    /** Returns the columns read as numbers, in the model's order. */
    public List<String> continuous() {
        return continuous;
    }

    /** Returns the columns a row to predict for must have. */
    public Schema schema() {
        return encoder.schema();
    }

    /** Returns the fitted procs. */
    public Procs procs() {
        return encoder.procs();
    }

    /**
     * Returns the levels of a categorical column.
     *
     * @throws IllegalArgumentException if it is none
     */
    public Vocabulary vocabulary(String column) {
        Vocabulary vocabulary =
                categories == null ? null : categories.vocabularies().get(column);
        if (vocabulary == null) {
            throw new IllegalArgumentException(
                    "There is no categorical column \"" + column + "\" among " + categorical);
        }
        return vocabulary;
    }

    /** Returns the number of rows of each categorical column's embedding, {@code #na#} included. */
    public int[] cardinalities() {
        return categorical.stream()
                .mapToInt(name -> vocabulary(name).size() + 1)
                .toArray();
    }

    /** Returns the number of values or classes to predict. */
    public int outputs() {
        return encoder.target().outputs();
    }

    /** Returns the names of the classes; empty for regression. */
    public List<String> classes() {
        return encoder.target().classes();
    }

    /** Returns the columns to predict. */
    public List<String> targets() {
        return encoder.target().columns();
    }

    /** Returns which rows of the table train and which validate. */
    public Split split() {
        return split;
    }

    /** Returns all rows as the model reads them, with targets. */
    public Dataset dataset() {
        return dataset;
    }

    /** Returns the table's rows to predict for as the model reads them; columns that are not in the schema are ignored. */
    public Dataset test(Table table) {
        return encoder.encode(encoder.frame(
                        table.rowCount(), columns(table, encoder.schema().names()), true))
                .dataset();
    }

    static Map<String, Column> columns(Table table, Collection<String> names) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (String name : table.columnNames()) {
            if (names.contains(name)) {
                columns.put(name, TableColumns.read(table, name));
            }
        }
        return columns;
    }

    /**
     * Returns the range for {@link TabularLearner.Builder#yRange} that reaches from 0 to a multiple of the largest training target: for a log
     * target the factor goes inside the logarithm, {@code log(factor · max)}; it begins at the smallest logarithm where that is below 0.
     *
     * @param factor how far beyond the largest, 1.2 in the lesson
     * @throws IllegalStateException for classes and for targets that can be negative
     */
    public double[] yRange(double factor) {
        FittedTarget target = encoder.target();
        if (target.kind() == TargetKind.CLASS || !(factor * target.largest() > 0)) {
            throw new IllegalStateException("A range from 0 to " + factor + " times the largest target needs positive"
                    + " targets, received " + target);
        }
        double smallest = 0;
        for (float value : target.numbers(targets.rows(split.train()))) {
            smallest = Math.min(smallest, value);
        }
        if (target.kind() == TargetKind.LOG) {
            return new double[] {smallest, Math.log(factor * target.largest())};
        }
        if (smallest < 0) {
            throw new IllegalStateException("A range from 0 needs targets that are never negative, received " + smallest
                    + " among those of " + target + "; give both ends");
        }
        return new double[] {0, factor * target.largest()};
    }

    /** Returns new loaders of the training and the validation rows; the caller, a learner for example, closes them. */
    public DataLoaders loaders() {
        DataLoader.Builder training = DataLoader.of(dataset)
                .items(split.train())
                .batchSize(batchSize)
                .workers(workers)
                .shuffle(seed.fold("train"));
        if (sampleWeights != null) {
            training.weights(sampleWeights);
        }
        DataLoader train = training.build();
        if (split.valid().length == 0) {
            return DataLoaders.trainingOnly(train);
        }
        return DataLoaders.of(
                train,
                DataLoader.of(dataset)
                        .items(split.valid())
                        .batchSize(validBatchSize)
                        .workers(workers)
                        .build());
    }

    /**
     * Returns a loader of the validation rows in which the values of one input column, and the flags of where they are
     * missing, are permuted among the rows; the caller closes it.
     *
     * @throws IllegalArgumentException if there is no such input column
     * @throws IllegalStateException if there are no validation rows
     */
    public DataLoader permutedValidation(String column, Seed permutation) {
        if (!schema().names().contains(column)) {
            throw new IllegalArgumentException("There is no input column \"" + column + "\" among " + schema().names());
        }
        int[] valid = split.valid();
        if (valid.length == 0) {
            throw new IllegalStateException("There are no validation rows to permute");
        }
        int[] order = permutation.stream().permutation(valid.length);
        int[] codes = rows(encoded.codes(), valid, order, categorical, column);
        float[] numbers = rows(encoded.numbers(), valid, order, continuous, column);
        Frame own = targets.rows(valid);
        ArrayDataset rows =
                new Encoder.Encoded(valid.length, categorical.size(), codes, continuous.size(), numbers).dataset();
        return DataLoader.of(labelled(rows, encoder.target(), own))
                .batchSize(validBatchSize)
                .workers(workers)
                .build();
    }

    private static boolean belongs(String name, String column) {
        return name.equals(column) || name.equals(column + "_na");
    }

    private static int @Nullable [] rows(
            int @Nullable [] all, int[] valid, int[] order, List<String> names, String column) {
        if (all == null) {
            return null;
        }
        int width = names.size();
        int[] rows = new int[valid.length * width];
        for (int i = 0; i < width; i++) {
            boolean permuted = belongs(names.get(i), column);
            for (int row = 0; row < valid.length; row++) {
                rows[row * width + i] = all[valid[permuted ? order[row] : row] * width + i];
            }
        }
        return rows;
    }

    private static float @Nullable [] rows(
            float @Nullable [] all, int[] valid, int[] order, List<String> names, String column) {
        if (all == null) {
            return null;
        }
        int width = names.size();
        float[] rows = new float[valid.length * width];
        for (int i = 0; i < width; i++) {
            boolean permuted = belongs(names.get(i), column);
            for (int row = 0; row < valid.length; row++) {
                rows[row * width + i] = all[valid[permuted ? order[row] : row] * width + i];
            }
        }
        return rows;
    }

    /** Returns the first rows of a training batch as they were in the table, with their targets (fastai's show_batch). */
    public Table showBatch(int rows) {
        try (DataLoaders loaders = loaders()) {
            loaders.train().requireBatches();
            try (BatchStream batches = loaders.train().open(0, 0)) {
                Batch batch = batches.next();
                int[] items = batch == null ? new int[0] : batch.items();
                return decode(Arrays.copyOf(items, Math.min(rows, items.length)));
            }
        }
    }

    /**
     * Returns rows as they were in the table, with their targets. Numbers are rounded to the places that FLOAT32 holds for
     * sure over the range of their column.
     */
    public Table decode(int... rows) {
        Frame frame = Frame.ofRows(rows.length);
        Map<String, Column> columns = new LinkedHashMap<>();
        int[] codes = encoded.codes();
        for (int i = 0; codes != null && i < categorical.size(); i++) {
            int place = i;
            int[] own = IntStream.of(rows)
                    .map(row -> codes[row * categorical.size() + place] - 1)
                    .toArray();
            columns.put(categorical.get(i), new CodeColumn(own, vocabulary(categorical.get(i))));
        }
        float[] numbers = encoded.numbers();
        for (int i = 0; numbers != null && i < continuous.size(); i++) {
            int place = i;
            columns.put(
                    continuous.get(i),
                    new NumberColumn(IntStream.of(rows)
                            .mapToDouble(row -> numbers[row * continuous.size() + place])
                            .toArray()));
        }
        Frame decoded = encoder.procs().decode(frame.with(columns).roles(categorical, continuous));
        Table table = Table.create();
        for (String name : decoded.names()) {
            Column column = decoded.column(name);
            table.addColumns(TableColumns.write(
                    name,
                    column instanceof NumberColumn numbered
                            ? rounded(numbered, places.getOrDefault(name, 6))
                            : column));
        }
        Frame labels = targets.rows(rows);
        for (String name : labels.names()) {
            table.addColumns(TableColumns.write(name, labels.column(name)));
        }
        return table;
    }

    private static Column rounded(NumberColumn column, int decimals) {
        return new NumberColumn(Arrays.stream(column.values())
                .map(value -> Double.isFinite(value)
                        ? BigDecimal.valueOf(value)
                                        .setScale(decimals, RoundingMode.HALF_EVEN)
                                        .doubleValue()
                                + 0.0
                        : value)
                .toArray());
    }

    /** Returns how many decimal places are sure where the largest number is in FLOAT32, perhaps scaled. */
    private static int places(Column column) {
        double largest = Arrays.stream(NumberColumn.of(column).values())
                .filter(Double::isFinite)
                .map(Math::abs)
                .max()
                .orElse(0);
        return largest == 0 ? 6 : (int) Math.floor(-Math.log10(largest * Math.ulp(1f) * 2));
    }

    /** Returns each row's weight in the loss; nothing if all weigh the same. */
    double @Nullable [] lossWeights() {
        return lossWeights;
    }

    Encoder encoder() {
        return encoder;
    }

    @Override
    public String toString() {
        return "TabularData(" + split.train().length + " training and " + split.valid().length + " validation rows, "
                + categorical.size() + " categorical and " + continuous.size() + " continuous columns, target "
                + targets() + ")";
    }

    /** Settings. */
    public static final class Builder {
        private final Table table;
        private List<String> categorical = List.of();
        private List<String> continuous = List.of();
        private @Nullable List<Proc> procs;
        private @Nullable Target target;
        private Function<Table, Splitter> splitter;
        private int batchSize = 64;
        private int validBatchSize;
        private int workers = 1;
        private Seed seed = Seed.of(42);
        private @Nullable String lossWeights;
        private @Nullable String sampleWeights;

        private Builder(Table table) {
            if (table.rowCount() == 0) {
                throw new IllegalArgumentException("The table \"" + table.name() + "\" has no rows to train on");
            }
            this.table = table;
            this.splitter = ignored -> Splitter.randomly(0.2, seed);
        }

        /** Sets the columns to read as categories, each with an embedding; none by default. */
        public Builder categorical(String... columns) {
            return categorical(List.of(columns));
        }

        /** Sets the columns to read as categories. */
        public Builder categorical(List<String> columns) {
            this.categorical = List.copyOf(columns);
            return this;
        }

        /** Sets the columns to read as numbers; flags count as 0 and 1; none by default. */
        public Builder continuous(String... columns) {
            return continuous(List.of(columns));
        }

        /** Sets the columns to read as numbers. */
        public Builder continuous(List<String> columns) {
            this.continuous = List.copyOf(columns);
            return this;
        }

        /**
         * Sets the procs, in any order: they sort themselves. {@link FillMissing} by the median, {@link Categorify} and {@link Normalize} by
         * default; Categorify is always there.
         */
        public Builder procs(Proc... chosen) {
            this.procs = List.of(chosen);
            return this;
        }

        /** Sets what to predict; required. */
        public Builder target(Target chosen) {
            this.target = chosen;
            return this;
        }

        /** Validates on these rows. */
        public Builder splitByRows(int... validRows) {
            return split(Splitter.items(validRows));
        }

        /** Validates on a random share of the rows; a fifth by default. */
        public Builder splitRandomly(double share, long seedNumber) {
            return split(Splitter.randomly(share, Seed.of(seedNumber)));
        }

        /** Validates on the last share of the rows. */
        public Builder splitLast(double share) {
            return split(Splitter.last(share));
        }

        /** Validates on the rows that fulfil a condition. */
        public Builder splitWhere(IntPredicate validRow) {
            return split(Splitter.where(validRow));
        }

        /** Validates on the rows where a column of flags is true. */
        public Builder splitByColumn(String flags) {
            this.splitter = all -> {
                Column column = TableColumns.read(all, flags);
                if (column.kind() != Kind.FLAG || column.hasMissing()) {
                    throw new IllegalArgumentException("The column \"" + flags
                            + "\" to split by is to hold true and false, received "
                            + column.kind().label() + " with "
                            + column.missing() + " missing values");
                }
                return Splitter.where(row -> ((WholeColumn) column).values()[row] == 1);
            };
            return this;
        }

        /**
         * Validates on the latest rows, about as many as a test set has: of the rows from the latest to the earliest (the table's order
         * among those of one day), the day of row {@code test.rowCount()} is where training begins; validation ends before the last
         * row of that day (the lesson's rule).
         *
         * @param date the column of dates
         * @param test the test set, of which only the size matters
         */
        public Builder splitLikeTest(String date, Table test) {
            this.splitter = all -> {
                long[] days = dates(all, date).values();
                int count = test.rowCount();
                if (count < 1 || count >= days.length) {
                    throw new IllegalArgumentException("A validation set like the test set of " + count
                            + " rows cannot be taken from " + days.length + " rows");
                }
                int[] latestFirst = IntStream.range(0, days.length)
                        .boxed()
                        .sorted(Comparator.comparingLong((Integer row) -> days[row])
                                .reversed())
                        .mapToInt(Integer::intValue)
                        .toArray();
                long day = days[latestFirst[count]];
                int cut = count;
                while (cut + 1 < latestFirst.length && days[latestFirst[cut + 1]] == day) {
                    cut++;
                }
                return Splitter.items(Arrays.copyOf(latestFirst, cut));
            };
            return this;
        }

        /** Validates on the latest days, as many as lie between a test set's first and its last, both counted. */
        public Builder splitLikeTestDays(String date, Table test) {
            long[] days = dates(test, date).values();
            if (days.length == 0) {
                throw new IllegalArgumentException("The test set has no rows, so that it has no days to count");
            }
            long first = Arrays.stream(days).min().orElse(0);
            long last = Arrays.stream(days).max().orElse(0);
            return splitLastDays(date, Math.toIntExact(last - first + 1));
        }

        /** Validates on the latest days. */
        public Builder splitLastDays(String date, int days) {
            if (days < 1) {
                throw new IllegalArgumentException("The number of days to validate on is positive, received " + days);
            }
            this.splitter = all -> {
                long[] dates = dates(all, date).values();
                long from = Arrays.stream(dates).max().orElse(0) - days + 1;
                long first = Arrays.stream(dates).min().orElse(0);
                if (first >= from) {
                    throw new IllegalArgumentException("The last " + days + " days of \"" + date
                            + "\" are all there are: " + LocalDate.ofEpochDay(first) + " is the first");
                }
                return Splitter.where(row -> dates[row] >= from);
            };
            return this;
        }

        private static WholeColumn dates(Table all, String name) {
            Column column = TableColumns.read(all, name);
            if (column.kind() != Kind.DATE || column.hasMissing()) {
                throw new IllegalArgumentException("The column \"" + name + "\" to split by is to hold dates, received "
                        + column.kind().label() + " with " + column.missing() + " missing values");
            }
            return (WholeColumn) column;
        }

        /** Sets which rows validate. */
        public Builder split(Splitter chosen) {
            this.splitter = ignored -> chosen;
            return this;
        }

        /** Sets the number of rows in a batch, 64 by default. */
        public Builder batchSize(int rows) {
            this.batchSize = rows;
            return this;
        }

        /** Sets the number of rows in a validation batch, as in training by default. */
        public Builder validBatchSize(int rows) {
            this.validBatchSize = rows;
            return this;
        }

        /** Sets the number of threads that assemble batches, 1 by default. */
        public Builder workers(int threads) {
            this.workers = threads;
            return this;
        }

        /** Sets the seed of the order, and of the default split; 42 by default. */
        public Builder seed(long number) {
            this.seed = Seed.of(number);
            return this;
        }

        /**
         * Names a column of weights, 0 or more: a row counts so many times in the training loss, which is the weighted mean over
         * the batch. Validation losses and metrics count every row once.
         */
        public Builder rowWeights(String column) {
            this.lossWeights = column;
            return this;
        }

        /** Names a column of weights, 0 or more: training rows are drawn in proportion to them, with replacement. */
        public Builder sampleWeights(String column) {
            this.sampleWeights = column;
            return this;
        }

        /**
         * Reads the table, fits the procs on the training rows and returns the data.
         *
         * @throws IllegalArgumentException if a column is missing or not what its role needs, naming it
         */
        public TabularData build() {
            return new TabularData(this);
        }

        private Target requireTarget() {
            if (target == null) {
                throw new IllegalArgumentException(
                        "A target is required: target(Target.of(\"column\")), logOf or classOf");
            }
            return target;
        }

        private List<String> inputs() {
            List<String> all = new ArrayList<>(categorical);
            all.addAll(continuous);
            return all;
        }

        /** Returns the columns of the table that are no inputs: rows to predict for may have them. */
        private List<String> unused() {
            return table.columnNames().stream()
                    .filter(name -> !inputs().contains(name))
                    .toList();
        }

        private Split split() {
            return splitter.apply(table).split(table.rowCount());
        }

        private List<Proc> procs() {
            if (procs == null) {
                return List.of(FillMissing.median(), Categorify.create(), Normalize.create());
            }
            List<Proc> all = new ArrayList<>(procs);
            if (all.stream().noneMatch(Categorify.class::isInstance)) {
                all.add(Categorify.create());
            }
            return all;
        }

        private Frame frame() {
            Set<String> seen = new LinkedHashSet<>();
            for (String name : inputs()) {
                if (!seen.add(name)) {
                    throw new IllegalArgumentException("The column \"" + name + "\" is named twice among the inputs");
                }
                if (requireTarget().columns().contains(name)) {
                    throw new IllegalArgumentException(
                            "The column \"" + name + "\" is the target; a model cannot have it as an input");
                }
            }
            if (seen.isEmpty()) {
                throw new IllegalArgumentException("At least one categorical or continuous column is required");
            }
            Frame frame = read(inputs()).roles(categorical, continuous);
            for (String name : continuous) {
                if (!frame.column(name).kind().isNumeric() && frame.column(name).missing() < table.rowCount()) {
                    throw new IllegalArgumentException(
                            "The continuous column \"" + name + "\" is to hold numbers, received "
                                    + frame.column(name).kind().label()
                                    + (frame.column(name).kind() == Kind.TEXT
                                            ? ", such as \"" + example(frame.column(name)) + "\""
                                            : "; date parts make numbers of dates"));
                }
            }
            return frame;
        }

        private static @Nullable Object example(Column column) {
            int row = 0;
            while (column.isMissing(row)) {
                row++;
            }
            return column.value(row);
        }

        private Frame read(List<String> names) {
            Map<String, Column> columns = new LinkedHashMap<>();
            for (String name : names) {
                columns.put(name, TableColumns.read(table, name));
            }
            return Frame.ofRows(table.rowCount()).with(columns);
        }

        private double @Nullable [] weights(@Nullable String name) {
            if (name == null) {
                return null;
            }
            double[] weights;
            try {
                weights = NumberColumn.of(TableColumns.read(table, name)).values();
            } catch (IllegalArgumentException notNumbers) {
                throw new IllegalArgumentException(
                        "The column of weights \"" + name + "\": " + notNumbers.getMessage());
            }
            for (int row = 0; row < weights.length; row++) {
                if (!(weights[row] >= 0) || Double.isInfinite(weights[row])) {
                    throw new IllegalArgumentException("The column of weights \"" + name
                            + "\" is to hold finite numbers from 0, received " + weights[row] + " in row " + row);
                }
            }
            return weights;
        }
    }
}
