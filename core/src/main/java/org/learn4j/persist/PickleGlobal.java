package org.learn4j.persist;

import java.util.List;
import java.util.Map;
import org.learn4j.persist.ModelFormatException.Reason;

/**
 * The names that a pickle may use, and what they make: the complete list. In Python a pickle may call anything by its name;
 * here it may not.
 */
sealed interface PickleGlobal {
    /** The type of a storage's elements. */
    record StorageType(ElementType type) implements PickleGlobal {}

    /** A function whose results are data. */
    enum Function implements PickleGlobal {
        ORDERED_DICT,
        SIZE,
        REBUILD_TENSOR,
        REBUILD_TENSOR_V2,
        REBUILD_PARAMETER,
        REBUILD_PARAMETER_WITH_STATE;

        /**
         * Returns the result for these arguments.
         *
         * @throws ModelFormatException if they are not what PyTorch writes
         */
        Object call(List<Object> arguments, Pickle.References references) {
            return switch (this) {
                case ORDERED_DICT -> orderedDict(arguments);
                case SIZE -> size(arguments);
                case REBUILD_TENSOR -> tensor(this, 4, arguments, references);
                case REBUILD_TENSOR_V2 -> tensor(this, 6, arguments, references);
                case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE -> parameter(this, arguments);
            };
        }
    }

    /** What PyTorch calls them. */
    Map<String, PickleGlobal> ALLOWED = Map.ofEntries(
            Map.entry("collections.OrderedDict", Function.ORDERED_DICT),
            Map.entry("torch.Size", Function.SIZE),
            Map.entry("torch._utils._rebuild_tensor", Function.REBUILD_TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v2", Function.REBUILD_TENSOR_V2),
            Map.entry("torch._utils._rebuild_parameter", Function.REBUILD_PARAMETER),
            Map.entry("torch._utils._rebuild_parameter_with_state", Function.REBUILD_PARAMETER_WITH_STATE),
            Map.entry("torch.DoubleStorage", new StorageType(ElementType.F64)),
            Map.entry("torch.FloatStorage", new StorageType(ElementType.F32)),
            Map.entry("torch.HalfStorage", new StorageType(ElementType.F16)),
            Map.entry("torch.BFloat16Storage", new StorageType(ElementType.BF16)),
            Map.entry("torch.LongStorage", new StorageType(ElementType.I64)),
            Map.entry("torch.IntStorage", new StorageType(ElementType.I32)),
            Map.entry("torch.ShortStorage", new StorageType(ElementType.I16)),
            Map.entry("torch.CharStorage", new StorageType(ElementType.I8)),
            Map.entry("torch.ByteStorage", new StorageType(ElementType.U8)),
            Map.entry("torch.BoolStorage", new StorageType(ElementType.BOOL)));

    /**
     * Returns what a name stands for.
     *
     * @throws ModelFormatException if it is not on the list
     */
    static PickleGlobal named(String module, String name) {
        PickleGlobal known = ALLOWED.get(module + "." + name);
        if (known != null) {
            return known;
        }
        if (module.equals("torch") && name.endsWith("Storage")) {
            throw new ModelFormatException(
                    Reason.UNSUPPORTED_TYPE,
                    "elements of the type of " + Limits.quote(module + "." + name)
                            + ", which this library does not read");
        }
        throw new ModelFormatException(
                Reason.CODE,
                "the file asks for " + Limits.quote(module + "." + name)
                        + ", which is code; tensors and plain values are read, nothing else. In Python, save"
                        + " model.state_dict() in place of the whole object");
    }

    private static Object orderedDict(List<Object> arguments) {
        var dict = new Python.Dict();
        if (arguments.isEmpty()) {
            return dict;
        }
        if (arguments.size() == 1 && arguments.get(0) instanceof List<?> pairs) {
            for (Object pair : pairs) {
                if (!(pair instanceof Python.Tuple tuple) || tuple.items().size() != 2) {
                    throw arguments(Function.ORDERED_DICT, "pairs", arguments);
                }
                dict.entries()
                        .put(Pickle.key(tuple.items().get(0)), tuple.items().get(1));
            }
            return dict;
        }
        throw arguments(Function.ORDERED_DICT, "nothing, or a list of pairs", arguments);
    }

    private static Object size(List<Object> arguments) {
        if (arguments.size() == 1 && arguments.get(0) instanceof Python.Tuple sizes) {
            return sizes;
        }
        throw arguments(Function.SIZE, "a tuple", arguments);
    }

    /**
     * Of storage, offset, shape, strides, and more that concern training alone. A storage is referred to from outside the
     * pickle; some writers put the reference here as it is.
     */
    private static Object tensor(Function function, int least, List<Object> arguments, Pickle.References references) {
        if (arguments.size() >= least
                && storage(arguments.get(0), references) instanceof TorchStorage storage
                && arguments.get(1) instanceof Long offset
                && arguments.get(2) instanceof Python.Tuple shape
                && arguments.get(3) instanceof Python.Tuple strides) {
            return new TorchTensor(storage, offset, numbers(shape), numbers(strides));
        }
        throw arguments(function, "a storage, an offset, a shape and strides", arguments);
    }

    private static Object storage(Object argument, Pickle.References references) {
        return argument instanceof Python.Tuple id ? references.find(id) : argument;
    }

    private static long[] numbers(Python.Tuple tuple) {
        return tuple.items().stream()
                .mapToLong(item -> {
                    if (item instanceof Long number) {
                        return number;
                    }
                    throw new ModelFormatException(
                            Reason.PICKLE, "a shape consists of numbers, received " + Python.describe(item));
                })
                .toArray();
    }

    private static Object parameter(Function function, List<Object> arguments) {
        if (arguments.size() >= 3 && arguments.get(0) instanceof TorchTensor tensor) {
            return tensor;
        }
        throw arguments(function, "a tensor, whether it is trained, and hooks", arguments);
    }

    private static ModelFormatException arguments(Function function, String expected, List<Object> received) {
        return new ModelFormatException(
                Reason.PICKLE,
                function + " expects " + expected + ", received "
                        + received.stream().limit(8).map(Python::describe).toList());
    }
}
