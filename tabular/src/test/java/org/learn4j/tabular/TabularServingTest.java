package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.tensor.TensorMemory;
import tech.tablesaw.api.Table;

/** R35 and R36 in short: one predictor for many threads, and for a long time. */
class TabularServingTest {
    @TempDir
    private static Path folder;

    private static Path file = Path.of("");
    private static final List<Map<String, Object>> ROWS = new ArrayList<>();

    @BeforeAll
    static void export() {
        file = folder.resolve("sales.safetensors");
        try (TabularLearner learner = Shops.learner(Shops.sales())) {
            learner.fitOneCycle(1, 1e-2);
            learner.export(file);
        }
        Table table = Shops.table(300, 1);
        for (int i = 0; i < 1000; i++) {
            Map<String, Object> row = Shops.row(table, i % 300);
            row.put("Age", i % 61);
            ROWS.add(row);
        }
    }

    @Test
    void eightThreadsGetTheBitsOfOne() throws Exception {
        try (TabularPredictor predictor = TabularPredictor.load(file)) {
            long[] serial = ROWS.stream()
                    .mapToLong(row ->
                            Double.doubleToRawLongBits(predictor.predict(row).value()))
                    .toArray();
            assertThat(java.util.Arrays.stream(serial).distinct().count()).isGreaterThan(500);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<long[]>> results = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    int start = t * 125; // different rows at the same time
                    Callable<long[]> all = () -> {
                        long[] own = new long[1000];
                        for (int i = 0; i < 1000; i++) {
                            int row = (start + i) % 1000;
                            own[row] = Double.doubleToRawLongBits(
                                    predictor.predict(ROWS.get(row)).value());
                        }
                        return own;
                    };
                    results.add(threads.submit(all));
                }
                for (Future<long[]> result : results) {
                    assertThat(result.get()).isEqualTo(serial);
                }
            } finally {
                threads.shutdown();
            }
        }
    }

    @Test
    void closingWaitsForThePredictionsUnderWayAndRefusesLaterOnes() throws Exception {
        for (int run = 0; run < 5; run++) {
            TabularPredictor predictor = TabularPredictor.load(file);
            double[] expected = predictor.predictRows(ROWS.subList(0, 40)).values();
            CountDownLatch running = new CountDownLatch(4);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Future<Throwable>> ends = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    ends.add(threads.submit(() -> catchThrowable(() -> {
                        running.countDown();
                        while (true) {
                            assertThat(predictor
                                            .predictRows(ROWS.subList(0, 40))
                                            .values())
                                    .isEqualTo(expected);
                        }
                    })));
                }
                running.await();
                Thread.sleep(5);
                predictor.close();
                predictor.close();
                for (Future<Throwable> end : ends) {
                    assertThat(end.get())
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("This model was closed");
                }
                assertThatThrownBy(() -> predictor.predict(ROWS.get(0))).hasMessage("This model was closed");
                assertThat(predictor.schema().names()).hasSize(9);
            } finally {
                threads.shutdown();
            }
        }
    }

    @Test
    void aSteadyStreamOfPredictionsTakesNoMemory() {
        try (TabularPredictor predictor = TabularPredictor.load(file)) {
            for (int i = 0; i < 50; i++) {
                predictor.predict(ROWS.get(i));
                predictor.predictRows(ROWS.subList(0, 1 + i));
            }
            long allocations = TensorMemory.allocations();
            long bytes = TensorMemory.bytesInUse();
            for (int i = 0; i < 10_000; i++) {
                predictor.predict(ROWS.get(i % 1000));
                if (i % 100 == 0) {
                    predictor.predictRows(ROWS.subList(0, 1 + i % 50));
                    int bad = i % 2;
                    assertThatThrownBy(() -> predictor.predict(bad == 0 ? Map.of() : Map.of("Shop", "x")))
                            .isInstanceOf(IllegalArgumentException.class);
                }
            }
            assertThat(TensorMemory.allocations()).isEqualTo(allocations);
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
        }
    }

    @Test
    void predictorsAndLearnersGiveEverythingBack() {
        long before = TensorMemory.bytesInUse();
        TabularData data = Shops.sales();
        for (int i = 0; i < 30; i++) {
            try (TabularPredictor predictor = TabularPredictor.load(file)) {
                predictor.predict(ROWS.get(i));
            }
            try (TabularLearner learner = Shops.learner(data)) {
                if (i % 5 == 0) {
                    learner.fit(1, 1e-3);
                    learner.showResults(3);
                    learner.predict(Shops.table(5, i));
                }
                data.showBatch(3);
            }
            assertThat(TensorMemory.bytesInUse()).isEqualTo(before);
        }
    }
}
