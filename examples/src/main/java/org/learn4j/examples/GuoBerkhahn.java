package org.learn4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.learn4j.learn.Learner;
import org.learn4j.learn.Predictions;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Embedding;
import org.learn4j.nn.Embeddings;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.optim.Optimizer;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.Target;
import org.learn4j.tabular.model.TabularModel;
import org.learn4j.tabular.proc.Categorify;
import org.learn4j.tabular.table.CsvReader;
import org.learn4j.tabular.table.Join;
import org.learn4j.tabular.table.Tables;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.Table;

/**
 * The comparison of Guo and Berkhahn, "Entity Embeddings of Categorical Variables" (2016): Rossmann's sales from few columns, by one network
 * that reads the categories through embeddings, and by one that reads them as one-hot vectors.
 *
 * <p>Their protocol: days with sales only, the newest tenth is the test, 200,000 rows drawn with replacement from the others are the training
 * set; hidden layers of 1000 and 500 units without batch norm, mean absolute error of log(sales), Adam, 10 epochs of batches of 128; the paper averages five networks. Their
 * sigmoid predicts log(sales) / max; here it is stretched to [0, max] instead, which is the same network. Of their eight columns, Open is 1
 * wherever there are sales and is left out, as their network with embeddings does. A one-hot vector is an embedding whose table is the identity
 * and never changes.
 */
@Command(
        name = "guo-berkhahn",
        mixinStandardHelpOptions = true,
        description = "Compares entity embeddings with one-hot vectors on Rossmann's sales, as the paper did.")
final class GuoBerkhahn implements Callable<Integer> {
    /** The widths of the paper's embeddings. */
    private static final Map<String, Integer> WIDTHS = new LinkedHashMap<>();

    static {
        WIDTHS.put("Store", 10);
        WIDTHS.put("DayOfWeek", 6);
        WIDTHS.put("Year", 2);
        WIDTHS.put("Month", 6);
        WIDTHS.put("Day", 10);
        WIDTHS.put("State", 6);
    }

    @Option(names = "--data", required = true, description = "folder with train.csv and store_states.csv")
    private Path data = Path.of("");

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 10;

    @Option(names = "--rows", description = "training rows to draw, ${DEFAULT-VALUE} by default")
    private int rows = 200_000;

    @Option(names = "--networks", description = "networks to average, 5 in the paper, ${DEFAULT-VALUE} by default")
    private int networks = 1;

    @Option(names = "--seed", description = "seed of everything random, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Override
    public Integer call() {
        TabularData prepared = prepare(sold(data));
        System.out.println(prepared);
        double embedded = mape("embeddings", "the paper's .093", prepared, GuoBerkhahn::embeddings, false);
        mape("one-hot vectors", "the paper's .101", prepared, GuoBerkhahn::oneHot, true);
        System.out.printf(Locale.ROOT, "mape %.4f%n", embedded);
        return 0;
    }

    /** Returns the days with sales, newest first as in the file, with the columns of the paper. */
    private static Table sold(Path folder) {
        Path plain = folder.resolve("train.csv");
        Table sales = CsvReader.create()
                .columns("Store", "DayOfWeek", "Date", "Sales", "Promo")
                .read(Files.exists(plain) ? plain : folder.resolve("train.csv.gz"));
        sales = sales.where(sales.intColumn("Sales").isGreaterThan(0));
        DateColumn date = sales.dateColumn("Date");
        sales.addColumns(
                date.year().setName("Year"),
                date.monthValue().setName("Month"),
                date.dayOfMonth().setName("Day"));
        return Join.left(sales, Tables.readCsv(folder.resolve("store_states.csv")))
                .on("Store")
                .requireAllMatched()
                .table();
    }

    private TabularData prepare(Table sold) {
        int test = sold.rowCount() / 10;
        RandomStream random = Seed.of(seed).fold("rows").stream();
        IntStream drawn = IntStream.range(0, rows).map(i -> test + random.nextInt(sold.rowCount() - test));
        Table table = Tables.rows(
                sold, IntStream.concat(IntStream.range(0, test), drawn).toArray());
        return TabularData.of(table)
                .categorical(List.copyOf(WIDTHS.keySet()))
                .continuous("Promo")
                .procs(Categorify.create())
                .target(Target.logOf("Sales"))
                .splitWhere(row -> row < test)
                .batchSize(128)
                .seed(seed)
                .build();
    }

    /** As wide as the paper's, with the initial values of its Keras. */
    private static Embeddings embeddings(TabularData data) {
        return tables(
                data,
                (column, levels) ->
                        Embedding.of(levels, WIDTHS.getOrDefault(column, 1)).init(Init.uniform(0.05)));
    }

    private static Embeddings oneHot(TabularData data) {
        return tables(data, (column, levels) -> Embedding.of(levels, levels).init(GuoBerkhahn::identity));
    }

    private static Embeddings tables(TabularData data, BiFunction<String, Integer, Embedding> table) {
        int[] levels = data.cardinalities();
        return Embeddings.of(IntStream.range(0, levels.length)
                .mapToObj(i -> table.apply(data.categorical().get(i), levels[i]))
                .toArray(Embedding[]::new));
    }

    private static void identity(Tensor table, Seed unused) {
        int levels = (int) table.shape().dim(0);
        float[] ones = new float[levels * levels];
        for (int i = 0; i < levels; i++) {
            ones[i * levels + i] = 1;
        }
        table.set(ones);
    }

    /** Trains the networks, and returns the error of the mean of what they predict. */
    private double mape(
            String name,
            String paper,
            TabularData data,
            Function<TabularData, Embeddings> embeddings,
            boolean isFixed) {
        double[] mean = new double[data.split().valid().length];
        double[] actual = mean;
        for (int i = 0; i < networks; i++) {
            System.out.println(name + ", network " + (i + 1) + ":");
            try (Learner learner = learner(data, embeddings.apply(data), seed + i)) {
                if (isFixed) {
                    learner.freeze();
                }
                learner.fit(epochs, 1e-3);
                try (Predictions predictions = learner.predictions()) {
                    double[] logarithms = predictions.values().toDoubles();
                    Arrays.setAll(mean, row -> mean[row] + Math.exp(logarithms[row]) / networks);
                    actual = predictions.targets().orElseThrow().toDoubles();
                }
            }
        }
        double sum = 0;
        for (int row = 0; row < mean.length; row++) {
            sum += Math.abs(mean[row] / Math.exp(actual[row]) - 1);
        }
        System.out.printf(Locale.ROOT, "%s %.4f, %s%n", name, sum / mean.length, paper);
        return sum / mean.length;
    }

    private static Learner learner(TabularData data, Embeddings embeddings, long seed) {
        TabularModel model = TabularModel.of(embeddings, data.continuous().size(), 1)
                .layers(1000, 500)
                .withoutBatchNorm()
                .withoutContinuousNorm()
                .yRange(0, data.yRange(1)[1])
                .build();
        List<Layer> rest = new ArrayList<>(model.children().values());
        rest.remove(embeddings);
        return Learner.of(data.loaders(), model)
                .groups(all -> List.of(List.of(embeddings), rest))
                .loss(Loss.l1())
                .optimizer(Optimizer.adam().betas(0.9, 0.999).epsilon(1e-8).weightDecay(0))
                .metrics(Metric.of("mape", Metric.Direction.LOWER_IS_BETTER, GuoBerkhahn::mape))
                .seed(seed)
                .build();
    }

    /** Returns the mean absolute percentage error of sales, from their logarithms. */
    private static double mape(Tensor predictions, Tensor targets) {
        Tensor ratio = predictions.reshape(-1).minus(targets.reshape(-1)).exp();
        return ratio.minus(1).abs().mean().item();
    }
}
