package org.learn4j.learn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * The one place that reads and writes the library's files: safetensors with a manifest. {@code kind} says what a file is for:
 * {@code weights}, {@code model} or {@code checkpoint}; tensors are named {@code model/…}, {@code optim/…} and {@code train/…}.
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

    static void write(Path path, Json.Fields manifest, Map<String, Tensor> tensors) {
        List<NamedTensor> named = new ArrayList<>();
        tensors.forEach((name, tensor) ->
                named.add(NamedTensor.of(name, tensor.dtype(), tensor.shape().dims(), tensor.bytes())));
        SafeTensors.write(path, named, manifest);
    }

    static Map<String, Tensor> prefixed(String prefix, Map<String, Tensor> tensors) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> named.put(prefix + name, tensor));
        return named;
    }

    /** Opens a file of one of the kinds, verifies every checksum, and hands it to the reader. */
    static <T> T read(Path path, List<String> kinds, BiFunction<SafeTensors, JsonPlace, T> reader) {
        try (SafeTensors file = SafeTensors.open(path)) {
            JsonPlace manifest = file.requireManifest();
            if (!manifest.get("format").text().equals("learn4j")) {
                throw manifest.get("format").expected("a file of this library (\"learn4j\")");
            }
            if (manifest.get("version").integer() > VERSION) {
                throw manifest.get("version").expected("a format version up to " + VERSION + "; update the library");
            }
            if (!kinds.contains(manifest.get("kind").text())) {
                throw manifest.get("kind").expected("a file of kind " + String.join(" or ", kinds));
            }
            file.verify();
            return reader.apply(file, manifest);
        }
    }

    /** Fills a model's parameters and buffers; names, shapes and types must agree exactly. */
    static void readModel(SafeTensors file, Layer model) {
        Map<String, Tensor> wanted = prefixed(MODEL, tensors(model));
        List<String> problems = new ArrayList<>();
        wanted.forEach((name, tensor) -> compare(file, name, tensor, problems));
        for (String name : file.names()) {
            if (name.startsWith(MODEL) && !wanted.containsKey(name)) {
                problems.add("the file has " + name.substring(MODEL.length()) + ", the model has not");
            }
        }
        if (!problems.isEmpty()) {
            throw new ModelFormatException(
                    file.path(),
                    ModelFormatException.Reason.VALUE,
                    "the weights do not fit the model: " + String.join("; ", problems));
        }
        wanted.forEach((name, tensor) -> file.read(name, tensor.bytes()));
    }

    private static void compare(SafeTensors file, String name, Tensor tensor, List<String> problems) {
        String shown = name.substring(MODEL.length());
        if (!file.contains(name)) {
            problems.add("the model has " + shown + ", the file has not");
        } else if (!Shape.of(file.shape(name)).equals(tensor.shape()) || file.dtype(name) != tensor.dtype()) {
            problems.add(shown + " is " + tensor.dtype() + " " + tensor.shape() + " in the model, " + file.dtype(name) + " "
                    + Shape.of(file.shape(name)) + " in the file");
        }
    }

    /** Returns the tensors whose names start with a prefix, without it. The caller closes them. */
    static Map<String, Tensor> readAll(SafeTensors file, String prefix) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : file.names()) {
            if (name.startsWith(prefix)) {
                Tensor tensor = Tensor.uninitialized(file.dtype(name), Shape.of(file.shape(name))).keep();
                tensors.put(name.substring(prefix.length()), tensor);
                file.read(name, tensor.bytes());
            }
        }
        return tensors;
    }
}
