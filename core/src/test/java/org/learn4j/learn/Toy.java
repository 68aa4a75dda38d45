package org.learn4j.learn;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;

/** A small classifier with dropout and batch norm, and everything training changes of it as bits. */
final class Toy {
    static final int FEATURES = 6;
    static final int CLASSES = 3;
    static final int BATCHES = 5;
    static final int BATCH_SIZE = 8;
    static final int VALID = 20;

    private Toy() {}

    /** Rows whose class is the largest of the first three features, most of the time. */
    static ArrayDataset items(int count, long seed) {
        RandomStream stream = Seed.of(seed).stream();
        float[][] rows = new float[count][FEATURES];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < FEATURES; j++) {
                rows[i][j] = (float) stream.nextGaussian();
            }
            float[] row = rows[i];
            classes[i] = IntStream.range(0, CLASSES).reduce(0, (a, b) -> row[a] >= row[b] ? a : b);
        }
        return ArrayDataset.of(rows, classes).classes("red", "green", "blue");
    }

    static DataLoaders data() {
        return data(0);
    }

    static DataLoaders data(int workers) {
        DataLoader train = DataLoader.of(items(BATCHES * BATCH_SIZE + 3, 1))
                .batchSize(BATCH_SIZE)
                .shuffle(Seed.of(5))
                .workers(workers)
                .build();
        DataLoader valid = DataLoader.of(items(VALID, 2))
                .batchSize(BATCH_SIZE)
                .workers(workers)
                .build();
        return DataLoaders.of(train, valid);
    }

    static Sequential model() {
        return Sequential.of(
                Linear.of(FEATURES, 8), Activation.relu(), BatchNorm1d.of(8), Dropout.of(.2), Linear.of(8, CLASSES));
    }

    /** Flags for a child JVM that is to compute the same bits. */
    static List<String> flags() {
        String kernels = System.getProperty("learn4j.kernels");
        return kernels == null ? List.of("-Xmx256m") : List.of("-Xmx256m", "-Dlearn4j.kernels=" + kernels);
    }

    /** The first three layers, and the rest. */
    static List<List<Layer>> bodyAndHead(Layer model) {
        List<Layer> layers = List.copyOf(model.children().values());
        return List.of(layers.subList(0, 3), layers.subList(3, layers.size()));
    }

    static Learner.Builder builder() {
        return Learner.of(data(), model()).seed(11).silent();
    }

    static Learner learner(Callback... callbacks) {
        return builder().callbacks(callbacks).build();
    }

    /** Returns weights, running statistics, the optimizer's state, counters and history, as bits. */
    static Map<String, Object> state(Learner learner) {
        Map<String, Object> state = new TreeMap<>(weights(learner));
        learner.updater().tensors().forEach((name, tensor) -> state.put("optimizer " + name, bits(tensor)));
        state.put("counters", learner.updater().counters().write());
        state.put("steps", learner.steps());
        state.put("epochs done", learner.epochsDone());
        state.putAll(recorded(learner.history()));
        return state;
    }

    static Map<String, Object> weights(Learner learner) {
        return weights(learner.model());
    }

    static Map<String, Object> weights(Layer model) {
        Map<String, Object> weights = new TreeMap<>();
        ModelFile.tensors(model).forEach((name, tensor) -> weights.put(name, bits(tensor)));
        return weights;
    }

    static Map<String, Object> recorded(History history) {
        return Map.of(
                "losses", bits(history.losses()),
                "rates", bits(history.rates()),
                "momenta", bits(history.momenta()),
                "epochs", history.epochs());
    }

    /** Returns a text that is equal for equal bits only: how many numbers, the first, and a digest of all. */
    static String bits(double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
        for (double value : values) {
            bytes.putLong(Double.doubleToRawLongBits(value));
        }
        return text(values.length, values.length == 0 ? Double.NaN : values[0], bytes);
    }

    static String bits(Tensor tensor) {
        if (tensor.dtype() == DType.FLOAT64) {
            return bits(tensor.toDoubles());
        }
        float[] values = tensor.toFloats();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        for (float value : values) {
            bytes.putInt(Float.floatToRawIntBits(value));
        }
        return text(values.length, values.length == 0 ? Double.NaN : values[0], bytes);
    }

    private static String text(int count, double first, ByteBuffer bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
            return count + " numbers from " + first + ", " + HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException never) {
            throw new AssertionError(never);
        }
    }
}
