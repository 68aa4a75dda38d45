package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.learn.Learner;
import org.learn4j.learn.TrainedModel;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.model.TabularModel;
import org.learn4j.tabular.proc.FittedProc;
import org.learn4j.tabular.proc.Proc;
import org.learn4j.tabular.proc.ProcRegistry;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.testkit.ChildJvm;
import org.learn4j.testkit.Forgeries;
import org.learn4j.testkit.SyntheticLearner;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** R20, R22: one file is enough in a fresh JVM; one of another kind, or damaged, is a format error. */
class TabularFilesTest {
    /** Kinds, dates and columns in the wrong place. */
    private static final Json[] OTHERS = {
        Json.of("whole"),
        Json.of("date time"),
        Json.of("+999999999-12-31T23:59:59.999999999"),
        Json.of("CLASS"),
        Json.of("Shop")
    };

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("model.safetensors");
    }

    private void export(TabularData data) {
        try (TabularLearner learner = TabularLearner.of(data).layers(8).silent().build()) {
            learner.fit(1, 1e-2);
            learner.export(file);
        }
    }

    @Test
    void predictsTheSameBitsInAFreshJvm() {
        export(Shops.sales());
        String kernels = System.getProperty("learn4j.kernels");
        List<String> flags =
                kernels == null ? List.of("-Xmx256m") : List.of("-Xmx256m", "-Dlearn4j.kernels=" + kernels);
        try (ChildJvm child = ChildJvm.start(PredictTableInFreshJvm.class, flags, file.toString());
                TabularPredictor predictor = TabularPredictor.load(file)) {
            assertThat(child.exitCode(Duration.ofSeconds(60)))
                    .as(child.output())
                    .isZero();
            assertThat(child.output().lines().toList()).contains(PredictTableInFreshJvm.line(predictor));
        }
    }

    @Test
    void filesOfOtherKindsAreRefused() {
        try (Learner learner = SyntheticLearner.of()) {
            learner.export(file);
        }
        assertThatThrownBy(() -> TabularPredictor.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("exported by a TabularLearner?");
        try (TabularLearner learner = Shops.learner(Shops.sales())) {
            learner.save(file);
            assertThatThrownBy(() -> TabularPredictor.load(file))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("expected a file of kind model, received \"weights\"");
            learner.fit(1, 1e-3);
            learner.saveCheckpoint(file);
            assertThatThrownBy(() -> TabularPredictor.load(file))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("received \"checkpoint\"");
            learner.export(file);
        }
        assertThatThrownBy(() -> TrainedModel.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("\"TabularModel\"");
        TrainedModel.load(file, TabularModel.register(LayerRegistry.standard())).close();
    }

    /** Every value of the extension replaced by others, under a seal that is right again. */
    @Test
    void aForgedExtensionIsAFormatErrorOrPredicts() {
        for (TabularData data : List.of(Shops.sales(), Shops.sizes())) {
            export(data);
            List<NamedTensor> tensors = new ArrayList<>();
            Json.Fields manifest;
            try (SafeTensors opened = SafeTensors.open(file)) {
                for (String name : opened.names()) {
                    ByteBuffer bytes = ByteBuffer.allocate((int) opened.byteSize(name));
                    opened.read(name, bytes);
                    tensors.add(NamedTensor.of(name, opened.dtype(name), opened.shape(name), bytes));
                }
                manifest = (Json.Fields) opened.manifest().orElseThrow();
            }
            Json.Fields extension = (Json.Fields) manifest.values().get("extension");
            List<Json> all = Forgeries.of(extension, OTHERS);
            for (Json forgery : Forgeries.of(extension.values().get("tabular"), OTHERS)) {
                Throwable thrown =
                        catchThrowable(() -> Encoder.fromJson(JsonPlace.of(forgery), ProcRegistry.standard()));
                if (thrown != null) {
                    assertThat(thrown).as(forgery.write()).isInstanceOf(ModelFormatException.class);
                }
            }
            int some = 60;
            List<Json> forgeries = IntStream.range(0, some)
                    .mapToObj(i -> all.get((int) ((long) i * all.size() / some)))
                    .toList();
            long bytes = TensorMemory.bytesInUse();
            int refused = 0;
            for (Json forgery : forgeries) {
                SafeTensors.write(file, tensors, manifest.with("extension", forgery));
                Throwable thrown = catchThrowable(() -> {
                    try (TabularPredictor predictor = TabularPredictor.load(file)) {
                        Throwable inUse = catchThrowable(() -> predictor.predict(Shops.row(Shops.table(3, 1), 1)));
                        assertThat(inUse)
                                .as(forgery.write())
                                .satisfiesAnyOf(
                                        none -> assertThat(none).isNull(),
                                        other -> assertThat(other).isInstanceOf(IllegalArgumentException.class));
                    }
                });
                if (thrown != null) {
                    assertThat(thrown).as(forgery.write()).isInstanceOf(ModelFormatException.class);
                    refused++;
                }
            }
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
            assertThat(refused).isGreaterThan(some / 2);
        }
    }

    @Test
    void aFileWhoseColumnsAreNotThoseOfItsNetworkIsRefused() {
        export(Shops.sales());
        Json.Fields ofSales = extension();
        export(Shops.sizes());
        List<NamedTensor> tensors = new ArrayList<>();
        Json.Fields manifest;
        try (SafeTensors opened = SafeTensors.open(file)) {
            for (String name : opened.names()) {
                ByteBuffer bytes = ByteBuffer.allocate((int) opened.byteSize(name));
                opened.read(name, bytes);
                tensors.add(NamedTensor.of(name, opened.dtype(name), opened.shape(name), bytes));
            }
            manifest = (Json.Fields) opened.manifest().orElseThrow();
        }
        SafeTensors.write(file, tensors, manifest.with("extension", ofSales));
        assertThatThrownBy(() -> TabularPredictor.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("as the network has them");
    }

    private Json.Fields extension() {
        try (SafeTensors opened = SafeTensors.open(file)) {
            return (Json.Fields)
                    ((Json.Fields) opened.manifest().orElseThrow()).values().get("extension");
        }
    }

    // ---- names and levels of all sorts

    @Test
    void oddNamesAndLevelsComeBack() {
        String odd = "quote\" back\\slash \n\t\u2028 ü 日本 \uD83D\uDE00 $.a[0]";
        StringColumn text = StringColumn.create(odd);
        DoubleColumn y = DoubleColumn.create("y \u0000 z");
        for (int i = 0; i < 40; i++) {
            text.append(i % 3 == 0 ? odd : i % 3 == 1 ? "\u0000" : "#na#");
            y.append(i);
        }
        Table table = Table.create(text, y);
        export(TabularData.of(table)
                .categorical(odd)
                .target(Target.of("y \u0000 z"))
                .batchSize(8)
                .build());
        try (TabularPredictor predictor =
                TabularPredictor.open(file).refuseUnknownCategories().load()) {
            double[] values = predictor.predict(table).values();
            assertThat(values[0]).isEqualTo(values[3]).isNotEqualTo(values[1]);
            assertThat(predictor.schema().names()).containsExactly(odd);
            assertThat(predictor.predict(java.util.Map.of(odd, odd)).values()).containsOnlyKeys("y \u0000 z");
        }
    }

    @Test
    void manyLevelsFitIntoAFile() {
        int levels = 30_000;
        StringColumn text = StringColumn.create("user");
        DoubleColumn y = DoubleColumn.create("y");
        for (int i = 0; i < levels; i++) {
            text.append("user number " + i);
            y.append(i % 7);
        }
        Table table = Table.create(text, y);
        TabularData data = TabularData.of(table)
                .categorical("user")
                .target(Target.of("y"))
                .splitRandomly(0, 1)
                .batchSize(10_000)
                .build();
        try (TabularLearner learner = TabularLearner.of(data)
                .embeddingSize("user", 1)
                .layers()
                .silent()
                .build()) {
            learner.fit(1, 1e-3);
            learner.export(file);
        }
        try (TabularPredictor predictor =
                TabularPredictor.open(file).refuseUnknownCategories().load()) {
            assertThat(predictor.predict(table).size()).isEqualTo(levels);
        }
    }

    // ---- procs of the user's own

    private record Double1(String column) implements Proc {
        @Override
        public int order() {
            return FILLS + 10;
        }

        @Override
        public FittedProc fit(Frame train) {
            return new Doubled(column);
        }
    }

    /** Adds a column of twice the values. */
    private record Doubled(String column) implements FittedProc {
        @Override
        public String type() {
            return "Doubled";
        }

        @Override
        public Frame apply(Frame frame) {
            double[] values = NumberColumn.of(frame.column(column)).values().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] *= 2;
            }
            return frame.withContinuous(column + " twice", new NumberColumn(values));
        }

        @Override
        public Json.Fields state() {
            return Json.object().with("column", column);
        }
    }

    @Test
    void aProcOfTheUsersOwnIsPartOfTheFile() {
        Table table = Shops.table(200, 4);
        TabularData data = Shops.builder(table)
                .procs(new Double1("Age"), org.learn4j.tabular.proc.FillMissing.median())
                .target(Target.of("Sales"))
                .build();
        assertThat(data.continuous()).containsExactly("Distance", "Age", "Promo", "Age twice");
        assertThat(data.schema().names()).doesNotContain("Age twice");
        assertThat(data.decode(3).doubleColumn("Age twice").get(0))
                .isEqualTo(2.0 * table.intColumn("Age").get(3));
        export(data);
        assertThatThrownBy(() -> TabularPredictor.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("expected a registered proc")
                .hasMessageContaining("\"Doubled\"");
        ProcRegistry registry = ProcRegistry.standard()
                .with("Doubled", state -> new Doubled(state.get("column").text()));
        try (TabularPredictor predictor =
                TabularPredictor.open(file).procs(registry).load()) {
            assertThat(predictor.predict(Shops.inputs(table)).size()).isEqualTo(200);
        }
        ProcRegistry breaking = ProcRegistry.standard().with("Doubled", state -> new Doubled("Nowhere"));
        assertThatThrownBy(() -> TabularPredictor.open(file).procs(breaking).load())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("procs for the columns of the schema");
    }
}
