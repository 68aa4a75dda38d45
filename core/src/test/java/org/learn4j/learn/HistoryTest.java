package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.metric.Metric;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.testkit.SyntheticLearner;

class HistoryTest {
    @TempDir
    private Path folder;

    private static History recorded(int epochs, int batches) {
        History history = new History();
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int i = 0; i < batches; i++) {
                int at = epoch * batches + i;
                history.addBatch(3 * Math.exp(-at / 100.0) + .3 * Math.sin(at * 7), at * 1e-5, .9 - at * 1e-5);
            }
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("train_loss", 1.0 / (epoch + 1));
            values.put("train_loss_mean", 1.0 / (epoch + 1));
            values.put("valid_loss", 1.2 / (epoch + 1));
            values.put("accuracy", 1 - .5 / (epoch + 1));
            values.put("mae", 1000.0 / (epoch + 1));
            history.addEpoch(new History.Epoch(epoch, values, 1.5, history.batches()));
        }
        return history;
    }

    @Test
    void growsWithEveryBatchAndEpoch() {
        History history = recorded(3, 500);
        assertThat(history.batches()).isEqualTo(1500);
        assertThat(history.losses()).hasSize(1500);
        assertThat(history.rates()[1499]).isEqualTo(1499 * 1e-5);
        assertThat(history.momenta()[1499]).isEqualTo(.9 - 1499 * 1e-5);
        assertThat(history.epochs()).hasSize(3);
        assertThat(history.epochs().get(1).lastBatch()).isEqualTo(1000);
        assertThat(history.last("accuracy")).isEqualTo(1 - .5 / 3);
        history.losses()[0] = -1; // a copy
        assertThat(history.losses()[0]).isPositive();
        assertThatThrownBy(() -> history.epochs().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> history.epochs().get(0).values().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void saysWhatItDoesNotHave() {
        assertThatThrownBy(() -> new History().last("valid_loss"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No epoch");
        assertThatThrownBy(() -> recorded(1, 1).last("accurracy"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mae], received \"accurracy\"");
    }

    @Test
    void epochsOfTwoRunsAreEqualWhateverTimeTheyTook() {
        History.Epoch epoch = recorded(1, 3).epochs().get(0);
        History.Epoch slower = new History.Epoch(0, epoch.values(), 99, 3);
        assertThat(slower).isEqualTo(epoch).hasSameHashCodeAs(epoch);
        Map<String, Double> other = new HashMap<>(epoch.values());
        other.put("accuracy", .1);
        assertThat(new History.Epoch(0, other, 1.5, 3)).isNotEqualTo(epoch);
        assertThat(new History.Epoch(1, epoch.values(), 1.5, 3)).isNotEqualTo(epoch);
    }

    @Test
    void comesBackFromJsonAndNumbers() {
        History history = recorded(2, 300);
        JsonPlace json = JsonPlace.of(Json.parse(history.toJson().write()));
        History same = History.read(json, history.losses(), history.rates(), history.momenta());
        assertThat(Toy.recorded(same)).isEqualTo(Toy.recorded(history));
        assertThat(same.epochs().get(1).seconds()).isEqualTo(1.5);
        same.addBatch(1, 2, 3);
        assertThat(same.batches()).isEqualTo(601);
        History copy = new History();
        copy.addBatch(9, 9, 9);
        copy.replace(history);
        assertThat(Toy.recorded(copy)).isEqualTo(Toy.recorded(history));
        History none = History.read(JsonPlace.of(new History().toJson()), new double[0], new double[0], new double[0]);
        none.addBatch(1, 2, 3);
        assertThat(none.losses()).containsExactly(1);
        assertThatThrownBy(() -> History.read(json, history.losses(), history.rates(), new double[7]))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("600 and 7");
    }

    @Test
    void theBeginningCanBeLeftOutOfThePictureOfLosses() throws IOException {
        History history = recorded(4, 100);
        history.plotLosses(folder.resolve("all.png"), 0);
        history.plotLosses(folder.resolve("late.png"), 250);
        assertThat(folder.resolve("late.png")).isNotEmptyFile();
        assertThat(Files.readAllBytes(folder.resolve("late.png")))
                .isNotEqualTo(Files.readAllBytes(folder.resolve("all.png")));
        assertThatThrownBy(() -> history.plotLosses(folder.resolve("none.png"), 400))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Of 400 batches recorded, 400");
        assertThatThrownBy(() -> history.plotLosses(folder.resolve("none.png"), -1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void drawsLossesScheduleAndMetrics() throws IOException {
        History history = recorded(4, 100);
        history.plotLosses(folder.resolve("losses.png"));
        history.plotSchedule(folder.resolve("schedule.png"));
        history.plotMetrics(folder.resolve("metrics.png"));
        history.plotLosses(folder.resolve("losses.svg"));
        history.plotSchedule(folder.resolve("schedule.svg"));
        history.plotMetrics(folder.resolve("metrics.svg"));

        Map<String, BufferedImage> images = new HashMap<>();
        for (String name : List.of("losses", "schedule", "metrics")) {
            BufferedImage image = ImageIO.read(folder.resolve(name + ".png").toFile());
            images.put(name, image);
            assertThat(colours(image)).as(name).hasSizeGreaterThan(20);
            assertThat(Files.size(folder.resolve(name + ".svg"))).isGreaterThan(5000);
        }
        // two metrics, one below the other
        assertThat(images.get("metrics").getHeight())
                .isEqualTo(2 * images.get("losses").getHeight());
        BufferedImage upper = images.get("metrics");
        int half = upper.getHeight() / 2;
        assertThat(colours(upper.getSubimage(0, 0, upper.getWidth(), half))).hasSizeGreaterThan(20);
        assertThat(colours(upper.getSubimage(0, half, upper.getWidth(), half))).hasSizeGreaterThan(20);
    }

    private static Set<Integer> colours(BufferedImage image) {
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours.add(image.getRGB(x, y));
            }
        }
        return colours;
    }

    @Test
    void drawsWhatThereIs() throws IOException {
        History one = recorded(0, 1);
        one.addBatch(2, 1e-3, .9);
        one.plotLosses(folder.resolve("one.png"));
        one.plotSchedule(folder.resolve("one.svg"));
        History broken = recorded(1, 20);
        broken.addBatch(Double.NaN, 1e-3, .9);
        broken.addEpoch(new History.Epoch(1, Map.of("train_loss", Double.NaN, "valid_loss", Double.NaN), 1, 21));
        broken.plotLosses(folder.resolve("broken.png"));
        broken.plotMetrics(folder.resolve("broken.svg"));
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .metrics(Metric.mae())
                .build()) {
            History history = learner.fitOneCycle(2, .05);
            history.plotLosses(folder.resolve("learner.png"));
            history.plotSchedule(folder.resolve("learner.svg"));
            history.plotMetrics(folder.resolve("learner.metrics.png"));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(7);
        }
    }

    @Test
    void saysWhereThereIsNothingToDraw() {
        Path file = folder.resolve("none.png");
        assertThatThrownBy(() -> new History().plotLosses(file)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new History().plotSchedule(file)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new History().plotMetrics(file)).isInstanceOf(IllegalStateException.class);
        History losses = new History();
        losses.addEpoch(new History.Epoch(0, Map.of("train_loss", 1.0), 1, 1));
        assertThatThrownBy(() -> losses.plotMetrics(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("of 1 epochs recorded, none has one");
        assertThat(file).doesNotExist();
    }
}
