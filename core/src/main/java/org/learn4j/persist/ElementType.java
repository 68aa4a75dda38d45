package org.learn4j.persist;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.DType;

/** The element types that a file may name; those that no {@link DType} can hold exactly are recognised, but not read. */
enum ElementType {
    F32(4, DType.FLOAT32),
    F64(8, DType.FLOAT64),
    BF16(2, DType.BFLOAT16),
    I64(8, DType.INT64),
    I32(4, DType.INT32),
    U8(1, DType.UINT8),
    BOOL(1, null),
    I8(1, null),
    F8_E5M2(1, null),
    F8_E4M3(1, null),
    F8_E8M0(1, null),
    I16(2, null),
    U16(2, null),
    F16(2, null),
    U32(4, null),
    U64(8, null),
    C64(8, null);

    private static final Map<String, ElementType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(Enum::name, Function.identity()));

    private final int bytes;
    private final @Nullable DType dtype;

    ElementType(int bytes, @Nullable DType dtype) {
        this.bytes = bytes;
        this.dtype = dtype;
    }

    static Optional<ElementType> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static ElementType of(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> F32;
            case FLOAT64 -> F64;
            case BFLOAT16 -> BF16;
            case INT64 -> I64;
            case INT32 -> I32;
            case UINT8 -> U8;
        };
    }

    int bytes() {
        return bytes;
    }

    /**
     * Returns the type that holds every element exactly: half precision becomes single, a short integer an
     * {@link DType#INT32}, a truth value a {@link DType#UINT8}; nothing for the rest.
     */
    Optional<DType> readAs() {
        return switch (this) {
            case F16 -> Optional.of(DType.FLOAT32);
            case I8, I16 -> Optional.of(DType.INT32);
            case BOOL -> Optional.of(DType.UINT8);
            default -> dtype();
        };
    }

    /** Returns the type whose elements are these bytes as they are. */
    Optional<DType> dtype() {
        return Optional.ofNullable(dtype);
    }
}
