package org.learn4j.learn;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.learn4j.kernel.Kernels;
import org.learn4j.nn.Buffer;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * The one place that reads and writes the library's files: safetensors with a manifest. {@code kind} says what a file
 * is for: {@code weights}, {@code model} or {@code checkpoint}; tensors are named {@code model/…}, {@code optim/…} and
 * {@code train/…}.
 */
final class ModelFile {
    static final int VERSION = 1;
    static final String MODEL = "model/";
    static final String OPTIMIZER = "optim/";
    static final String TRAINING = "train/";

    private ModelFile() {}

    /** Returns a model's parameters and buffers by path. */
    static Map<String, Tensor> tensors(Layer model) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        LayerTree.params(model).forEach((path, param) -> tensors.put(path, param.value()));
        LayerTree.buffers(model).forEach((path, buffer) -> tensors.put(path, buffer.value()));
        return tensors;
    }

    static Json.Fields manifest(String kind, Layer model) {
        return Json.object()
                .with("format", "learn4j")
                .with("version", VERSION)
                .with("kind", kind)
                .with("recipe", model.recipe().toJson());
    }

    static NamedTensor named(String name, Tensor tensor) {
        return NamedTensor.of(name, tensor.dtype(), tensor.shape().dims(), tensor.bytes());
    }

    static List<NamedTensor> named(String prefix, Map<String, Tensor> tensors) {
        List<NamedTensor> named = new ArrayList<>();
        tensors.forEach((name, tensor) -> named.add(named(prefix + name, tensor)));
        return named;
    }

    static void write(Path path, Json.Fields manifest, List<NamedTensor> tensors) {
        uninterrupted(() -> {
            SafeTensors.write(path, tensors, manifest);
            return path;
        });
    }

    /** Opens a file of one of the kinds, verifies every checksum, and hands it to the reader. */
    static <T> T read(Path path, List<String> kinds, BiFunction<SafeTensors, JsonPlace, T> reader) {
        return uninterrupted(() -> {
            try (SafeTensors file = SafeTensors.open(path)) {
                JsonPlace manifest = file.requireManifest();
                if (!manifest.get("format").text().equals("learn4j")) {
                    throw manifest.get("format").expected("a file of this library (\"learn4j\")");
                }
                int version = manifest.get("version").integer();
                if (version < 1 || version > VERSION) {
                    throw manifest.get("version")
                            .expected("a format version from 1 to " + VERSION + "; newer ones need a newer library");
                }
                if (!kinds.contains(manifest.get("kind").text())) {
                    throw manifest.get("kind").expected("a file of kind " + String.join(" or ", kinds));
                }
                file.verify();
                return reader.apply(file, manifest);
            } catch (ModelFormatException complaint) {
                throw complaint.path().isEmpty() ? located(path, complaint) : complaint;
            }
        });
    }

    private static ModelFormatException located(Path path, ModelFormatException complaint) {
        ModelFormatException located =
                new ModelFormatException(path, complaint.reason(), String.valueOf(complaint.getMessage()));
        located.setStackTrace(complaint.getStackTrace());
        return located;
    }

    /**
     * Does what an interrupt would otherwise make fail: from before it is kept for afterwards, meanwhile it is done
     * again.
     */
    private static <T> T uninterrupted(Supplier<T> action) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return action.get();
                } catch (UncheckedIOException failure) {
                    if (!(failure.getCause() instanceof ClosedByInterruptException)) {
                        throw failure;
                    }
                    interrupted = true;
                    Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads the values of a model that has none yet; nothing is allocated before names and shapes agree. */
    static void readInto(Layer model, SafeTensors file) {
        Map<String, Param> params = LayerTree.params(model);
        Map<String, Buffer> buffers = LayerTree.buffers(model);
        Map<String, Shape> wanted = new LinkedHashMap<>();
        params.forEach((path, param) -> wanted.put(path, param.shape()));
        buffers.forEach((path, buffer) -> wanted.put(path, buffer.shape()));
        Set<String> readable = Set.copyOf(file.names());
        boolean doubles = wanted.keySet().stream()
                .map(MODEL::concat)
                .anyMatch(name -> readable.contains(name) && file.dtype(name) == DType.FLOAT64);
        requireSame(file, wanted, doubles ? DType.FLOAT64 : DType.FLOAT32);
        try (StagedTensors staged = StagedTensors.of(file, MODEL)) {
            params.forEach((path, param) -> {
                if (!param.isInitialized()) { // else it is one that several layers share
                    param.take(staged.take(path));
                }
            });
            buffers.forEach((path, buffer) -> buffer.take(staged.take(path)));
        }
    }

    /**
     * Reads values for a model, which keeps its own for now; names, shapes and types must agree. The caller closes
     * them.
     */
    static StagedTensors stage(SafeTensors file, Layer model) {
        Map<String, Shape> wanted = new LinkedHashMap<>();
        Map<String, Tensor> own = tensors(model);
        own.forEach((path, tensor) -> wanted.put(path, tensor.shape()));
        DType dtype = own.values().stream().findFirst().map(Tensor::dtype).orElse(DType.FLOAT32);
        requireSame(file, wanted, dtype);
        return StagedTensors.of(file, MODEL);
    }

    /** Copies values that fit into a model. */
    static void copy(StagedTensors from, Layer model) {
        tensors(model).forEach((path, tensor) -> Kernels.current().copy(from.get(path), tensor));
    }

    private static void requireSame(SafeTensors file, Map<String, Shape> wanted, DType dtype) {
        List<String> problems = new ArrayList<>();
        Map<String, String> unsupported = file.unsupported();
        wanted.forEach((name, shape) -> {
            if (!file.contains(MODEL + name)) {
                problems.add("the model has " + name + " " + dtype + " " + shape + ", the file has not");
            } else if (unsupported.containsKey(MODEL + name)) {
                problems.add(name + " is of type " + unsupported.get(MODEL + name) + " in the file");
            } else {
                Shape found = Shape.of(file.shape(MODEL + name));
                if (!found.equals(shape) || file.dtype(MODEL + name) != dtype) {
                    problems.add(name + " is " + dtype + " " + shape + " in the model, " + file.dtype(MODEL + name)
                            + " " + found + " in the file");
                }
            }
        });
        for (String name : file.names()) {
            if (name.startsWith(MODEL) && !wanted.containsKey(name.substring(MODEL.length()))) {
                problems.add("the file has " + name.substring(MODEL.length()) + " " + file.dtype(name) + " "
                        + Shape.of(file.shape(name)) + ", the model has not");
            }
        }
        if (!problems.isEmpty()) {
            throw new ModelFormatException(
                    file.path(),
                    ModelFormatException.Reason.VALUE,
                    "the weights do not fit the model: " + String.join("; ", problems));
        }
    }
}
