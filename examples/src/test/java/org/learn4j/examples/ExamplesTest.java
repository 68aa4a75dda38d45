package org.learn4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example at tiny scale, run as its users run it. */
class ExamplesTest {
    @TempDir
    private Path folder;

    private String run(String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run(args)).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).strip();
    }

    private static double score(String output) {
        String last = output.substring(output.lastIndexOf('\n') + 1);
        assertThat(last).matches("accuracy 0\\.\\d{4}|accuracy 1\\.0000");
        return Double.parseDouble(last.substring("accuracy ".length()));
    }

    @Test
    void help_lists_the_examples() {
        assertThat(run("--help")).contains("quickstart", "mnist-mlp", "regularisation");
    }

    @Test
    void the_quick_start_learns_the_spirals_and_writes_its_files() {
        String output = run("quickstart", "--points", "6000", "--epochs", "8", "--out", folder.toString());
        assertThat(score(output)).isGreaterThan(0.9);
        assertThat(output).contains("train_loss", "Total params", "is predicted as: red");
        assertThat(folder.resolve("loss.png")).isNotEmptyFile();
        assertThat(folder.resolve("spirals.safetensors")).isNotEmptyFile();
    }

    @Test
    void regularisation_prints_a_row_for_every_kind_and_draws_them() {
        String output = run("regularisation", "--epochs", "2", "--out", folder.toString());
        assertThat(output).contains("none", "dropout", "weight decay", "L2", "batch norm", "all");
        assertThat(folder.resolve("validation.png")).isNotEmptyFile();
    }

    @Test
    void mnist_reads_idx_files_and_learns() throws IOException {
        writeStripes("train", 3000);
        writeStripes("t10k", 500);
        assertThat(score(run("mnist-mlp", "--data", folder.toString()))).isGreaterThan(0.9);
    }

    @Test
    void mnist_reaches_its_accuracy_on_the_real_digits() {
        Path digits = Path.of("..", "..", "shared", "data", "mnist");
        assumeTrue(Files.isDirectory(digits), "the MNIST files are not here");
        assertThat(score(run("mnist-mlp", "--data", digits.toString(), "--seed", "1")))
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
