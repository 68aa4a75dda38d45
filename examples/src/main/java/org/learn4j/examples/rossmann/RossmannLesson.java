package org.learn4j.examples.rossmann;

import static org.learn4j.learn.FitOptions.weightDecay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Embedding;
import org.learn4j.nn.Embeddings;
import org.learn4j.nn.LayerTree;
import org.learn4j.optim.Optimizer;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.TabularLearner;
import org.learn4j.tabular.TabularPredictor;
import org.learn4j.tabular.Target;
import org.learn4j.tabular.interpret.EntityEmbeddings;
import org.learn4j.tabular.interpret.FeatureImportance;
import org.learn4j.tabular.proc.Categorify;
import org.learn4j.tabular.proc.FillMissing;
import org.learn4j.tabular.proc.Normalize;
import org.learn4j.tabular.table.Tables;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * fast.ai's lesson 6 of 2019 from files to predictions: read and join the tables, train embeddings and two hidden layers on the logarithm of
 * sales, look at what was learnt, write predictions for the test days, export the model, and load it as a service would.
 */
public final class RossmannLesson {
    private static final int LESSON_ROWS = 1_017_209;

    /** What the lesson counts in the competition's files. */
    private static final Map<String, Integer> LESSON = Map.of(
            "train.csv", LESSON_ROWS,
            "test.csv", 41_088,
            "train, days with sales", 844_338,
            "training rows", 802_943,
            "validation rows", 41_395,
            "embeddings", 24,
            "numbers in embeddings", 93_021,
            "parameters", 831_054);

    private final Settings settings;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private boolean isLesson;

    private RossmannLesson(Settings settings) {
        this.settings = settings;
    }

    /**
     * What may differ.
     *
     * @param data the folder of the files
     * @param out the folder to write to
     * @param epochs how many to train, 5 in the lesson
     * @param rate the highest learning rate of the cycle, 1e-3 in the lesson
     * @param batchSize how many rows a step sees, 64 in the lesson
     * @param seed of weights, dropout and order
     */
    public record Settings(Path data, Path out, int epochs, double rate, int batchSize, long seed) {}

    /**
     * What came of it.
     *
     * @param rmspe the root mean square percentage error over all validation rows
     * @param validation the validation rows
     */
    public record Result(double rmspe, Table validation) {}

    /** Runs the whole lesson and prints what it does. */
    public static Result run(Settings settings) throws IOException {
        return new RossmannLesson(settings).run();
    }

    private Result run() throws IOException {
        Files.createDirectories(settings.out);
        RossmannTables tables = timed("read and join", () -> RossmannTables.read(settings.data));
        isLesson = tables.report().get(0).rows() == LESSON_ROWS;
        tables.report().forEach(count -> print(count.what(), count.rows()));

        TabularData data = timed(
                "prepare",
                () -> TabularData.of(tables.train())
                        .categorical(RossmannTables.CATEGORICAL)
                        .continuous(RossmannTables.CONTINUOUS)
                        .procs(FillMissing.median(), Categorify.create(), Normalize.create())
                        .target(Target.logOf(RossmannTables.TARGET))
                        .splitLikeTest("Date", tables.test())
                        .batchSize(settings.batchSize)
                        .seed(settings.seed)
                        .build());
        print("training rows", data.split().train().length);
        print("validation rows", data.split().valid().length);

        Path model = settings.out.resolve("rossmann.safetensors");
        double rmspe = train(data, tables.test(), model);
        serve(model, tables.test());
        seconds.forEach((stage, time) -> System.out.printf(Locale.ROOT, "%-24s %8.1f s%n", stage, time));
        printPeakMemory();
        return new Result(rmspe, Tables.rows(tables.train(), data.split().valid()));
    }

    private double train(TabularData data, Table test, Path model) {
        try (TabularLearner learner = TabularLearner.of(data)
                .layers(1000, 500)
                .dropout(0.001, 0.01)
                .embeddingDropout(0.04)
                .yRange(data.yRange(1.2))
                .metrics(Metric.expRmspe(), Metric.expRmspePerBatch())
                .optimizer(Optimizer.adam().betas(0.9, 0.99).epsilon(1e-8).decayNormAndBias(true))
                .seed(settings.seed)
                .build()) {
            List<Embedding> embeddings =
                    learner.network().embeddings().map(Embeddings::tables).orElse(List.of());
            print("embeddings", embeddings.size());
            print(
                    "numbers in embeddings",
                    embeddings.stream()
                            .mapToLong(table -> (long) table.categories() * table.width())
                            .sum());
            print("parameters", LayerTree.parameterCount(learner.network()));
            System.out.println(learner.summary());
            timed("find a learning rate", learner::findLearningRate).save(settings.out.resolve("rates.png"));

            timed(
                    "train",
                    () -> learner.fitOneCycle(
                            settings.epochs,
                            settings.rate,
                            weightDecay(0.2).startOfFall(0.3).divisors(25, 25e4)));
            int beginning = learner.history().batches() / 6; // would squeeze the rest
            learner.history().plotLosses(settings.out.resolve("losses.png"), beginning);
            Map<String, Double> scores = timed("validate", learner::validate);
            scores.forEach((name, value) -> System.out.printf(Locale.ROOT, "%-24s %8.6f%n", name, value));
            System.out.println(learner.showResults(5)
                    .selectColumns("Store", "State", "DayOfWeek", "Month", "Day", "Sales", "Sales predicted"));

            FeatureImportance importance = timed("feature importance", () -> FeatureImportance.of(learner));
            System.out.println(importance);
            importance.save(settings.out.resolve("importance.png"));
            EntityEmbeddings.of(learner, "State").save(settings.out.resolve("states.png"));

            timed("predict the test days", () -> writeSubmission(learner, test));
            learner.export(model);
            return scores.getOrDefault("exp_rmspe", Double.NaN);
        }
    }

    /** Closed stores sell nothing; where the file does not say, they are open. */
    private int writeSubmission(TabularLearner learner, Table test) {
        double[] sales = learner.predict(test).values();
        IntColumn open = test.intColumn("Open");
        IntColumn whole = IntColumn.create("Sales");
        for (int row = 0; row < sales.length; row++) {
            boolean isClosed = !open.isMissing(row) && open.getInt(row) == 0;
            whole.append(isClosed ? 0 : (int) Math.round(sales[row]));
        }
        Tables.writeCsv(Table.create("submission", test.column("Id"), whole), settings.out.resolve("submission.csv"));
        return sales.length;
    }

    /** What a service does: load the file, predict for one row of values after the other. */
    private static void serve(Path file, Table test) {
        try (TabularPredictor predictor = TabularPredictor.load(file)) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            for (String name : predictor.schema().names()) {
                Column<?> column = test.column(name);
                row.put(name, column.isMissing(0) ? null : column.get(0));
            }
            System.out.println(row + " -> " + predictor.predict(row));
            double[] millis = new double[10_000];
            for (int i = 0; i < millis.length; i++) {
                long start = System.nanoTime();
                predictor.predict(row);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
            double[] warm = Arrays.copyOfRange(millis, millis.length / 2, millis.length);
            Arrays.sort(warm);
            System.out.printf(
                    Locale.ROOT,
                    "a row takes %.3f ms, one in a hundred more than %.3f ms%n",
                    warm[warm.length / 2],
                    warm[warm.length * 99 / 100]);
        }
    }

    private <T> T timed(String stage, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        seconds.put(stage, (System.nanoTime() - start) / 1e9);
        return result;
    }

    /** Prints a number, which is to be the lesson's if the data is. */
    private void print(String what, long number) {
        Integer expected = isLesson ? LESSON.get(what) : null;
        System.out.printf(
                Locale.ROOT, "%,11d %s%s%n", number, what, expected == null ? "" : ", the lesson's " + expected);
        if (expected != null && expected != number) {
            throw new IllegalStateException(what + ": the lesson has " + expected + ", received " + number);
        }
    }

    private static void printPeakMemory() throws IOException {
        Path status = Path.of("/proc/self/status"); // Linux's
        if (Files.isReadable(status)) {
            Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .forEach(line -> System.out.println("peak of resident memory "
                            + line.substring("VmHWM:".length()).strip()));
        }
    }
}
