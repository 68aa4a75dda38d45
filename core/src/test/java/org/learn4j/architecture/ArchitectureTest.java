package org.learn4j.architecture;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beFinal;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.learn4j.persist.TensorFile;
import org.learn4j.tensor.Storage;
import org.learn4j.tensor.Tensor;

/** What the packages of core may know of each other and of others. */
class ArchitectureTest {
    /** A package uses those before it alone. A new one finds its place here. */
    private static final List<String> ORDER = List.of(
            "tensor",
            "persist",
            "kernel",
            "autograd",
            "nn",
            "weights",
            "loss",
            "metric",
            "optim",
            "schedule",
            "data",
            "plot",
            "learn",
            "callback",
            "interpret");

    /** Where elements are read from memory without a copy, beside tensor and kernel. */
    private static final Set<String> MAY_TOUCH_MEMORY = Set.of("org.learn4j.data.Slot", "org.learn4j.autograd.Checks");

    /** Who may open a file with a model in it. */
    private static final Set<String> MAY_OPEN_MODELS = Set.of(
            "org.learn4j.persist.SafeTensors",
            "org.learn4j.persist.PyTorchFile",
            "org.learn4j.persist.TensorFile",
            "org.learn4j.persist.LastGood",
            "org.learn4j.learn.ModelFile",
            "org.learn4j.weights.Weights");

    private static final Set<String> MADE_TO_BE_EXTENDED =
            Set.of("org.learn4j.learn.Learner", "org.learn4j.learn.TrainStep$Wrapper");

    private static final JavaClasses CORE = new ClassFileImporter()
            .importUrl(Tensor.class.getProtectionDomain().getCodeSource().getLocation());

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith("org.learn4j.") ? name.substring("org.learn4j.".length()) : "";
    }

    private static DescribedPredicate<JavaClass> named(Set<String> names) {
        return DescribedPredicate.describe(
                "are " + names,
                type -> names.contains(type.getBaseComponentType().getName().replaceFirst("\\$.*", "")));
    }

    // ---- packages

    @Test
    void packages_have_no_cycles() {
        slices().matching("org.learn4j.(*)..").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void a_package_uses_only_those_before_it_and_none_of_another_module() {
        classes()
                .should(new ArchCondition<JavaClass>("use only packages of core that come before theirs") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        int own = ORDER.indexOf(packageOf(type));
                        if (own < 0) {
                            events.add(SimpleConditionEvent.violated(
                                    type, type.getName() + " is in a package that has no place in the order " + ORDER));
                        }
                        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                            JavaClass target = dependency.getTargetClass().getBaseComponentType();
                            if (target.getPackageName().startsWith("org.learn4j")) {
                                int used = ORDER.indexOf(packageOf(target));
                                events.add(new SimpleConditionEvent(
                                        type, used >= 0 && used <= own, dependency.getDescription()));
                            }
                        }
                    }
                })
                .check(CORE);
    }

    @Test
    void only_the_kernels_and_tensors_know_nd4j_and_onednn() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.learn4j.tensor", "org.learn4j.kernel")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
                .check(CORE);
    }

    @Test
    void an_application_meets_nd4j_only_where_a_tensor_becomes_an_array_or_is_made_of_one() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("org.learn4j.kernel")
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .arePublic()
                .and(DescribedPredicate.describe("name a type of ND4J", ArchitectureTest::namesNd4j))
                .should(new ArchCondition<JavaMethod>("be Tensor.array() or Tensor.of(array)") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        boolean allowed = method.getOwner().isEquivalentTo(Tensor.class)
                                && (method.getName().equals("array")
                                        || method.getName().equals("of"));
                        events.add(new SimpleConditionEvent(method, allowed, method.getDescription()));
                    }
                })
                .check(CORE);
    }

    private static boolean namesNd4j(JavaMethod method) {
        return method.getRawReturnType().getPackageName().startsWith("org.nd4j")
                || method.getRawParameterTypes().stream()
                        .anyMatch(type -> type.getPackageName().startsWith("org.nd4j"));
    }

    @Test
    void only_tensors_and_kernels_touch_memory() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.learn4j.tensor", "org.learn4j.kernel")
                .and(DescribedPredicate.not(named(MAY_TOUCH_MEMORY)))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "reads an address or a block of memory",
                        call -> call.getTargetOwner().isEquivalentTo(Storage.class)
                                || (call.getTargetOwner().isEquivalentTo(Tensor.class)
                                        && call.getName().equals("address"))))
                .check(CORE);
    }

    // ---- what a file may not reach

    @Test
    void nothing_is_deserialised() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ObjectOutputStream.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.beans..")
                .check(CORE);
        noClasses()
                .that()
                .areNotAssignableTo(Throwable.class)
                .and()
                .areNotEnums()
                .and()
                .areNotAssignableTo(Map.class)
                .should()
                .implement(Serializable.class)
                .check(CORE);
    }

    @Test
    void the_readers_of_nd4j_and_dl4j_are_not_used() {
        noClasses()
                .should()
                .callMethodWhere(
                        DescribedPredicate.describe("reads or writes a file of ND4J", ArchitectureTest::isReader))
                .check(CORE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "org\\.(nd4j|deeplearning4j)\\..*(ModelSerializer|SerializationUtils|DataSet|BinarySerde|Nd4jBase64).*")
                .check(CORE);
    }

    private static boolean isReader(JavaCall<?> call) {
        String name = call.getName().toLowerCase(Locale.ROOT);
        return call.getTargetOwner().getPackageName().startsWith("org.nd4j")
                && (name.startsWith("read")
                        || name.startsWith("write")
                        || name.contains("npy")
                        || name.contains("npz")
                        || name.startsWith("load")
                        || name.startsWith("save"));
    }

    @Test
    void no_name_in_a_file_chooses_a_class() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "org.learn4j.persist",
                        "org.learn4j.nn",
                        "org.learn4j.weights",
                        "org.learn4j.loss",
                        "org.learn4j.optim")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.reflect..", "java.lang.invoke.MethodHandles", "javax.script..")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe("loads a class by name", ArchitectureTest::loadsClass))
                .check(CORE);
    }

    private static boolean loadsClass(JavaAccess<?> call) {
        return (call.getTargetOwner().isEquivalentTo(Class.class)
                        && call.getName().equals("forName"))
                || call.getTargetOwner().isAssignableTo(ClassLoader.class);
    }

    @Test
    void one_class_opens_models() {
        noClasses()
                .that(DescribedPredicate.not(named(MAY_OPEN_MODELS)))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "opens a file of tensors",
                        call -> call.getTargetOwner().isAssignableTo(TensorFile.class)
                                && call.getName().equals("open")))
                .check(CORE);
    }

    // ---- taste

    @Test
    void a_public_class_is_abstract_or_final() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(JavaModifier.ABSTRACT)
                .and(DescribedPredicate.not(DescribedPredicate.describe(
                        "are made to be extended", type -> MADE_TO_BE_EXTENDED.contains(type.getName()))))
                .should(beFinal())
                .check(CORE);
    }

    @Test
    void classes_are_named_for_what_they_are() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
                .check(CORE);
    }

    @Test
    void public_methods_throw_no_checked_exceptions_but_those_that_are_the_disk() {
        methods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage("org.learn4j.persist")
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .should(new ArchCondition<JavaMethod>("declare no checked exceptions") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        method.getExceptionTypes().stream()
                                .filter(type -> type.isAssignableTo(Exception.class)
                                        && !type.isAssignableTo(RuntimeException.class))
                                .forEach(type -> events.add(SimpleConditionEvent.violated(
                                        method, method.getFullName() + " throws " + type.getName())));
                    }
                })
                .check(CORE);
    }

    @Test
    void the_rules_see_the_classes() {
        assertThat(CORE.contain(Tensor.class)).isTrue();
        assertThat(CORE.stream().map(ArchitectureTest::packageOf).distinct())
                .contains("tensor", "kernel", "autograd", "nn", "data", "persist");
        assertThat(CORE.stream().map(JavaClass::getName)).noneMatch(name -> name.endsWith("Test"));
    }
}
