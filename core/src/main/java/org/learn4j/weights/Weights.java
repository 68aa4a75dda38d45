package org.learn4j.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.learn4j.kernel.Kernels;
import org.learn4j.nn.Buffer;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.PyTorchFile;
import org.learn4j.persist.SafeTensors;
import org.learn4j.persist.TensorFile;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Named tensors of a file that somebody trained, on their way into a layer: safetensors or PyTorch, as the file's content
 * says. Values are read when they are asked for.
 *
 * <pre>{@code
 * try (Weights weights = Weights.open(Path.of("resnet34-b627a593.pth"))) {
 *     weights.loadInto(model);                                                   // all of them, or an exception
 *     LoadReport report = weights.only(name -> !name.startsWith("fc.")).loadMatching(model);
 *     System.out.println(report.missing());                                      // [fc.weight, fc.bias]
 * }
 * }</pre>
 *
 * <p>Of a checkpoint, the weights are taken: what is below {@code state_dict}, {@code model_state_dict} or {@code model} in a
 * file of PyTorch, the model in a file of this library. {@link #withoutPrefix} and {@link #renamed} fit other names to those
 * of the layer; they return views of the same file, and closing one closes it.
 */
public final class Weights implements AutoCloseable {
    private static final String OWN = "model/";

    /** What PyTorch's batch norms count, and these do not. */
    private static final String BATCHES = "num_batches_tracked";

    private final TensorFile file;

    /** The names in the file by those that it shows. */
    private final Map<String, String> names;

    private Weights(TensorFile file, Map<String, String> names) {
        this.file = file;
        this.names = names;
    }

    /**
     * Opens a file; its name and extension do not matter.
     *
     * @throws ModelFormatException if it is neither a safetensors file nor a PyTorch file, is damaged, or asks for code
     * @throws java.io.UncheckedIOException if it cannot be read, naming the path
     */
    public static Weights open(Path path) {
        TensorFile file = TensorFile.open(path);
        String prefix = prefix(file);
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : file.names()) {
            if (name.startsWith(prefix)) {
                names.put(name.substring(prefix.length()), name);
            }
        }
        return new Weights(file, names);
    }

    private static String prefix(TensorFile file) {
        if (file instanceof PyTorchFile torch) {
            return torch.stateKey().map(key -> key + ".").orElse("");
        }
        boolean own = file instanceof SafeTensors safe && safe.manifest().isPresent();
        return own && file.names().stream().anyMatch(name -> name.startsWith(OWN)) ? OWN : "";
    }

    /** Returns the file. */
    public Path path() {
        return file.path();
    }

    /** Returns the names of all tensors, in the order of the file. */
    public List<String> names() {
        return List.copyOf(names.keySet());
    }

    /** Returns whether there is a tensor of this name. */
    public boolean contains(String name) {
        return names.containsKey(name);
    }

    /**
     * Returns the shape of a tensor.
     *
     * @throws ModelFormatException if there is none of this name
     */
    public Shape shape(String name) {
        return Shape.of(file.shape(inFile(name)));
    }

    /**
     * Returns the type that a tensor is read as.
     *
     * @throws ModelFormatException if there is none of this name
     */
    public DType dtype(String name) {
        return file.dtype(inFile(name));
    }

    /**
     * Reads a tensor, which is the caller's.
     *
     * @throws ModelFormatException if there is none of this name, or the file is damaged
     */
    public Tensor read(String name) {
        Tensor tensor = Tensor.uninitialized(dtype(name), shape(name));
        try {
            file.read(inFile(name), tensor.bytes());
            return tensor;
        } catch (RuntimeException | Error failure) {
            tensor.close();
            throw failure;
        }
    }

    private String inFile(String name) {
        return names.getOrDefault(name, name);
    }

    /** Returns these weights without a prefix such as {@code module.} on the names that have it; the others stay. */
    public Weights withoutPrefix(String prefix) {
        return renamed(name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
    }

    /**
     * Returns these weights under other names.
     *
     * @throws IllegalArgumentException if two get the same
     */
    public Weights renamed(UnaryOperator<String> newName) {
        Map<String, String> renamed = new LinkedHashMap<>();
        names.forEach((name, source) -> {
            String other = renamed.putIfAbsent(newName.apply(name), source);
            if (other != null) {
                throw new IllegalArgumentException("Different names expected, " + other + " and " + source
                        + " both become " + newName.apply(name));
            }
        });
        return new Weights(file, renamed);
    }

    /** Returns those weights whose names are wanted. */
    public Weights only(Predicate<String> wanted) {
        Map<String, String> chosen = new LinkedHashMap<>();
        names.forEach((name, source) -> {
            if (wanted.test(name)) {
                chosen.put(name, source);
            }
        });
        return new Weights(file, chosen);
    }

    /**
     * Gives a layer all its parameters and buffers. Counters of batches ({@code num_batches_tracked}) are left out where the
     * layer has none.
     *
     * @throws ModelFormatException if names or shapes of the file and the layer differ, saying which, or if the file is
     *     damaged; the layer is as it was
     */
    public void loadInto(Layer layer) {
        LoadReport report = compare(layer);
        if (!report.isComplete()) {
            throw new ModelFormatException(
                    path(),
                    ModelFormatException.Reason.VALUE,
                    "the weights do not fit the model: " + report + hint(layer));
        }
        load(report, layer);
    }

    /**
     * Gives a layer those parameters and buffers that the file has with the same name and shape.
     *
     * @return what was loaded and what was not
     * @throws ModelFormatException if the file is damaged; the layer is as it was
     */
    public LoadReport loadMatching(Layer layer) {
        LoadReport report = compare(layer);
        load(report, layer);
        return report;
    }

    private LoadReport compare(Layer layer) {
        Map<String, Shape> wanted = new LinkedHashMap<>();
        LayerTree.params(layer).forEach((path, param) -> wanted.put(path, param.shape()));
        LayerTree.buffers(layer).forEach((path, buffer) -> wanted.put(path, buffer.shape()));
        List<String> loaded = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<LoadReport.Mismatch> mismatched = new ArrayList<>();
        wanted.forEach((path, shape) -> {
            if (!contains(path)) {
                missing.add(path);
            } else if (shape(path).equals(shape)) {
                loaded.add(path);
            } else {
                mismatched.add(new LoadReport.Mismatch(path, shape, shape(path)));
            }
        });
        List<String> unexpected = names.keySet().stream()
                .filter(name -> !wanted.containsKey(name) && !isCounter(name))
                .toList();
        return new LoadReport(loaded, missing, unexpected, mismatched);
    }

    private static boolean isCounter(String name) {
        return name.equals(BATCHES) || name.endsWith("." + BATCHES);
    }

    /** Where all names have a prefix and without it some would fit, it is most likely that. */
    private String hint(Layer layer) {
        Optional<String> first = names.keySet().stream().findFirst();
        int dot = first.map(name -> name.indexOf('.')).orElse(-1);
        if (dot > 0) {
            String prefix = first.get().substring(0, dot + 1);
            if (names.keySet().stream().allMatch(name -> name.startsWith(prefix))
                    && !withoutPrefix(prefix).compare(layer).loaded().isEmpty()) {
                return "; all names begin with \"" + prefix + "\", see withoutPrefix";
            }
        }
        return "";
    }

    /** Everything is read before anything changes. */
    private void load(LoadReport report, Layer layer) {
        Map<String, Param> params = LayerTree.params(layer);
        Map<String, Buffer> buffers = LayerTree.buffers(layer);
        DType dtype = params.values().stream()
                .filter(Param::isInitialized)
                .findFirst()
                .map(param -> param.value().dtype())
                .orElse(DType.FLOAT32);
        Map<String, Tensor> values = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        try {
            for (String path : report.loaded()) {
                values.put(path, converted(path, dtype));
            }
            values.forEach((path, value) -> {
                Param param = params.get(path);
                Buffer buffer = buffers.get(path);
                if (param != null ? give(param, value) : buffer != null && give(buffer, value)) {
                    taken.add(path);
                }
            });
        } finally {
            values.forEach((path, value) -> {
                if (!taken.contains(path)) {
                    value.close();
                }
            });
        }
    }

    /** Returns whether the parameter has taken the tensor itself; else it has a copy of its elements. */
    private static boolean give(Param param, Tensor value) {
        if (param.isInitialized()) {
            Kernels.current().copy(value, param.value());
            return false;
        }
        param.take(value);
        return true;
    }

    private static boolean give(Buffer buffer, Tensor value) {
        if (buffer.isInitialized()) {
            Kernels.current().copy(value, buffer.value());
            return false;
        }
        buffer.take(value);
        return true;
    }

    /** Returns a tensor of the wanted type that no scope closes. */
    private Tensor converted(String name, DType dtype) {
        Tensor read = read(name).keep();
        if (read.dtype() == dtype) {
            return read;
        }
        try (read) {
            Tensor converted = Tensor.uninitialized(dtype, read.shape()).keep();
            Kernels.current().copy(read, converted);
            return converted;
        }
    }

    /** Closes the file. */
    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return path() + ": " + names.size() + " tensors";
    }
}
