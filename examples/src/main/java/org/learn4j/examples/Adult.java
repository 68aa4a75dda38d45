package org.learn4j.examples;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.metric.Metric;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.TabularLearner;
import org.learn4j.tabular.Target;
import org.learn4j.tabular.table.CsvReader;
import org.learn4j.tabular.table.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tech.tablesaw.api.Table;

/** fastai's first example of a table: whether a person earns 50,000 dollars, from a census with empty cells. */
@Command(
        name = "adult",
        mixinStandardHelpOptions = true,
        description = "Predicts who earns 50,000 dollars a year, from fastai's ADULT_SAMPLE.")
final class Adult implements Callable<Integer> {
    @Option(names = "--data", required = true, description = "folder with adult.csv or adult_sample.tgz")
    private Path data = Path.of("");

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 5;

    @Option(names = "--seed", description = "seed of split, weights and order, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Override
    public Integer call() throws IOException {
        Table adults = read(data);
        TabularData prepared = TabularData.of(adults)
                .categorical(
                        "workclass",
                        "education",
                        "marital-status",
                        "occupation",
                        "relationship",
                        "race",
                        "sex",
                        "native-country")
                .continuous("age", "fnlwgt", "education-num")
                .target(Target.classOf("salary"))
                .splitRandomly(0.2, seed)
                .batchSize(128)
                .seed(seed)
                .build();
        System.out.println(prepared);
        System.out.println(prepared.showBatch(5));
        try (TabularLearner learner = TabularLearner.of(prepared)
                .layers(200, 100)
                .dropout(0.3)
                .embeddingDropout(0.3)
                .metrics(Metric.accuracy())
                .seed(seed)
                .build()) {
            learner.fitOneCycle(epochs, 5e-3);
            Table valid = Tables.rows(adults, prepared.split().valid());
            printConfusion(
                    prepared.classes(),
                    valid.stringColumn("salary").asList(),
                    learner.predict(valid).labels());
            System.out.printf(Locale.ROOT, "accuracy %.4f%n", learner.validate().get("accuracy"));
        }
        return 0;
    }

    private static Table read(Path folder) throws IOException {
        CsvReader reader = CsvReader.create().trim();
        Path file = folder.resolve("adult.csv");
        return Files.exists(file)
                ? reader.read(file)
                : reader.read(new ByteArrayInputStream(
                        Tar.read(folder.resolve("adult_sample.tgz"), "adult_sample/adult.csv")));
    }

    private static void printConfusion(List<String> classes, List<String> actual, List<String> predicted) {
        System.out.printf("%-14s", "");
        classes.forEach(name -> System.out.printf("%20s", "predicted " + name));
        System.out.println();
        for (String row : classes) {
            System.out.printf("%-14s", "is " + row);
            for (String column : classes) {
                int count = 0;
                for (int i = 0; i < actual.size(); i++) {
                    count += actual.get(i).equals(row) && predicted.get(i).equals(column) ? 1 : 0;
                }
                System.out.printf("%20d", count);
            }
            System.out.println();
        }
    }
}
