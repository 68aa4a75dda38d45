package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.History;
import org.learn4j.learn.Learner;
import org.learn4j.testkit.SyntheticLearner;

class CsvHistoryTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("new").resolve("history.csv");
    }

    @Test
    void holdsTheWholeHistory() throws IOException {
        List<Integer> lines = new ArrayList<>();
        Callback reader = new Callback() {
            @Override
            public Stage stage() {
                return Stage.SAVE;
            }

            @Override
            public void epochRecorded(FitContext context) {
                try {
                    lines.add(Files.readAllLines(file()).size());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        try (Learner learner = Scripted.higherIsBetter("accuracy", .5, Double.NaN, .25)
                .learner()
                .callbacks(CsvHistory.to(file()), reader)
                .build()) {
            learner.fit(2, .01);
            learner.fit(1, .01);
            assertThat(lines).containsExactly(2, 3, 4);
            String text = Files.readString(file());
            assertThat(text).doesNotContain("\r").endsWith("\n");
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) { // no secret, as models are
                assertThat(Files.getPosixFilePermissions(file()))
                        .isEqualTo(Files.getPosixFilePermissions(Files.createFile(folder.resolve("usual"))));
            }
            List<String> rows = text.lines().toList();
            assertThat(rows.get(0)).isEqualTo("epoch,train_loss,train_loss_mean,valid_loss,accuracy,seconds");
            for (int i = 0; i < 3; i++) {
                String[] cells = rows.get(i + 1).split(",");
                History.Epoch epoch = learner.history().epochs().get(i);
                assertThat(cells).hasSize(6);
                assertThat(cells[0]).isEqualTo("" + i);
                assertThat(Double.parseDouble(cells[1]))
                        .isEqualTo(epoch.values().get("train_loss"));
                assertThat(Double.parseDouble(cells[3]))
                        .isEqualTo(epoch.values().get("valid_loss"));
                assertThat(cells[4]).isEqualTo(new String[] {"0.5", "NaN", "0.25"}[i]);
                assertThat(cells[5]).matches("\\d+\\.\\d{3}");
            }
        }
    }

    @Test
    void quotesNamesThatNeedIt() throws IOException {
        try (Learner learner = Scripted.higherIsBetter("share \"right\", all", .5)
                .learner()
                .callbacks(CsvHistory.to(file()))
                .build()) {
            learner.fit(1, .01);
        }
        assertThat(Files.readAllLines(file()).get(0))
                .isEqualTo("epoch,train_loss,train_loss_mean,valid_loss,\"share \"\"right\"\", all\",seconds");
    }

    @Test
    void leavesTheOldFileWhereItCannotWriteAndSaysSoBeforeTraining() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "not a folder");
        try (Learner learner = SyntheticLearner.of(CsvHistory.to(inTheWay.resolve("history.csv")))) {
            assertThatThrownBy(() -> learner.fit(1, .01))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("history.csv");
            assertThat(learner.steps()).isZero();
        }
        try (Learner learner = SyntheticLearner.of(CsvHistory.to(file()))) {
            learner.fit(1, .01);
        }
        try (var files = Files.list(file().getParent())) {
            assertThat(files).containsExactly(file()); // and no temporary one
        }
    }
}
