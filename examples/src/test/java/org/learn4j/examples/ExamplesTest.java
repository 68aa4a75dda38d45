package org.learn4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.examples.rossmann.RossmannGenerator;
import org.learn4j.tabular.table.Tables;
import tech.tablesaw.api.Table;

/** Every example at tiny scale, run as its users run it. */
class ExamplesTest {
    @TempDir
    private Path folder;

    @Test
    void help_lists_the_examples() {
        assertThat(Console.run("--help"))
                .contains("quickstart", "rossmann", "guo-berkhahn", "adult", "mnist-mlp", "regularisation")
                .contains("shapes", "pets", "heatmap", "convolutions", "augmentations", "mnist ", "landscape");
    }

    @Test
    void the_quick_start_and_the_rossmann_lesson_run_from_files_to_a_model_in_service() {
        Path first = folder.resolve("first");
        String output = Console.run(
                "quickstart", "--stores", "12", "--days", "250", "--epochs", "1", "--out", first.toString());
        Console.score("exp_rmspe", output);
        assertThat(output).contains("generated 12 stores", "Total params", "best possible: 0.0");

        Path second = folder.resolve("second");
        String data = first.resolve("data").toString();
        String[] settings = {"--epochs", "4", "--rate", "1e-2", "--batch-size", "16", "--out", second.toString()};
        String lesson = Console.run(Stream.concat(Stream.of("rossmann", "--data", data), Stream.of(settings))
                .toArray(String[]::new));
        assertThat(Console.score("exp_rmspe", lesson)).isLessThan(0.3);
        assertThat(lesson).contains(" 24 embeddings", "importance", "-> {Sales=", "a row takes");
        for (String file : List.of("rates", "losses", "importance", "states")) {
            assertThat(second.resolve(file + ".png")).isNotEmptyFile();
        }
        assertThat(second.resolve("rossmann.safetensors")).isNotEmptyFile();
        assertSubmission(first.resolve("data/test.csv"), second.resolve("submission.csv"));
    }

    private static void assertSubmission(Path asked, Path answered) {
        Table test = Tables.readCsv(asked);
        Table sales = Tables.readCsv(answered);
        assertThat(sales.columnNames()).containsExactly("Id", "Sales");
        assertThat(sales.rowCount()).isEqualTo(test.rowCount());
        for (int row = 0; row < sales.rowCount(); row++) {
            boolean isClosed = Integer.valueOf(0).equals(test.intColumn("Open").get(row));
            assertThat(sales.intColumn("Sales").getInt(row) == 0).isEqualTo(isClosed);
        }
    }

    @Test
    void guo_and_berkhahn_compare_one_hot_vectors_with_embeddings() throws IOException {
        RossmannGenerator.of(10, 200, 1).write(folder);
        String output = Console.run("guo-berkhahn", "--data", folder.toString(), "--rows", "6000", "--epochs", "6");
        assertThat(Console.score("mape", output)).isLessThan(0.3);
        assertThat(output).contains("6000 training", "one-hot vectors: 0.", "embeddings:      0.");
    }

    @Test
    void adult_learns_from_a_table_with_empty_cells() throws IOException {
        Random random = new Random(1);
        List<String> lines = new ArrayList<>();
        lines.add("age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,sex,"
                + "native-country,salary");
        for (int i = 0; i < 2000; i++) {
            int years = 5 + random.nextInt(12);
            boolean isMarried = random.nextBoolean();
            boolean isRich = years + (isMarried ? 3 : 0) > 13;
            lines.add((20 + random.nextInt(40)) + ", Private," + random.nextInt(9999) + ", e" + years + ","
                    + (random.nextInt(9) == 0 ? "" : years + ".0") + ", " + (isMarried ? "Married" : "Single")
                    + ",, Husband, White, Male, Germany," + (isRich ? ">=50k" : "<50k"));
        }
        Files.write(folder.resolve("adult.csv"), lines);
        String output = Console.run("adult", "--data", folder.toString());
        assertThat(Console.score("accuracy", output)).isGreaterThan(0.9);
        assertThat(output).contains("education-num_na", "predicted <50k", "is >=50k");
    }

    @Test
    void adult_reaches_its_accuracy_on_the_real_table() {
        Path census = Path.of("..", "..", "shared", "data", "tabular", "adult");
        assumeTrue(Files.isDirectory(census), "the adult table is not here");
        assertThat(Console.score("accuracy", Console.run("adult", "--data", census.toString())))
                .isGreaterThanOrEqualTo(0.835);
    }

    @Test
    void regularisation_prints_a_row_for_every_kind_and_draws_them() {
        String output = Console.run("regularisation", "--epochs", "2", "--out", folder.toString());
        assertThat(output).contains("none", "dropout", "weight decay", "L2", "batch norm", "all");
        assertThat(folder.resolve("regularisation.png")).isNotEmptyFile();
    }

    @Test
    void mnist_reads_idx_files_and_learns() throws IOException {
        writeStripes("train", 3000);
        writeStripes("t10k", 500);
        assertThat(Console.score("accuracy", Console.run("mnist-mlp", "--data", folder.toString())))
                .isGreaterThan(0.9);
    }

    @Test
    void mnist_reaches_its_accuracy_on_the_real_digits() {
        Path digits = Path.of("..", "..", "shared", "data", "mnist");
        assumeTrue(Files.isDirectory(digits), "the MNIST files are not here");
        assertThat(Console.score("accuracy", Console.run("mnist-mlp", "--data", digits.toString(), "--seed", "1")))
                .isGreaterThan(0.955);
    }

    @Test
    void a_missing_folder_is_an_error_that_names_the_file() {
        assertThat(Main.run("mnist-mlp", "--data", folder.resolve("nowhere").toString()))
                .isEqualTo(1);
    }

    /** Pictures of ten classes: a bright row each, at a height that tells the class. */
    private void writeStripes(String part, int count) throws IOException {
        try (DataOutputStream images = gzip(part + "-images-idx3-ubyte.gz");
                DataOutputStream labels = gzip(part + "-labels-idx1-ubyte.gz")) {
            images.writeInt(0x803);
            images.writeInt(count);
            images.writeInt(28);
            images.writeInt(28);
            labels.writeInt(0x801);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                int label = i * 7 % 10;
                labels.writeByte(label);
                byte[] picture = new byte[28 * 28];
                for (int x = 0; x < 28; x++) {
                    picture[(4 + 2 * label) * 28 + x] = (byte) (128 + (i * 31 + x * 17) % 128);
                }
                images.write(picture);
            }
        }
    }

    private DataOutputStream gzip(String name) throws IOException {
        OutputStream file = Files.newOutputStream(folder.resolve(name));
        return new DataOutputStream(new GZIPOutputStream(file));
    }
}
