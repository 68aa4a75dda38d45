package org.learn4j.autograd;

import java.util.List;

/**
 * Every differentiable operation of the library, for audit and for the gradient tests: an operation that is not listed, or
 * listed and not tested, fails the build.
 */
public final class OpCatalog {
    private static final List<Class<? extends Op>> OPERATIONS = List.of(
            UnaryOp.class,
            BinaryOp.class,
            ReduceOp.class,
            MatmulOp.class,
            LinearOp.class,
            ConvolutionOp.class,
            TransposedConvolutionOp.class,
            MaxPoolOp.class,
            AveragePoolOp.class,
            AddReluOp.class,
            SoftmaxOp.class,
            CrossEntropyOp.class,
            BatchNormOp.class,
            LayerNormOp.class,
            DropoutOp.class,
            SelectOp.class,
            EmbeddingsOp.class,
            ReshapeOp.class,
            PermuteOp.class,
            ExpandOp.class,
            SliceOp.class,
            ConcatOp.class,
            CastOp.class,
            CopyOp.class);

    private OpCatalog() {}

    /** Returns the operations' types. */
    public static List<Class<? extends Op>> operations() {
        return OPERATIONS;
    }
}
