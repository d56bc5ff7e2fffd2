package dev.outrigger.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.Provider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FencedProviderTest {

  private static final Set<String> ACTING =
      new TreeSet<>(
          List.of("create", "delete", "stopContainer", "containerStarted", "updateVolumes"));

  /** A method that the contract gains later would otherwise pass by, or do nothing. */
  @Test
  void everyMethodReachesTheProviderAndThoseThatActPassTheFenceFirst() throws Exception {
    List<String> seen = new ArrayList<>();
    Provider behind =
        (Provider)
            Proxy.newProxyInstance(
                Provider.class.getClassLoader(),
                new Class<?>[] {Provider.class},
                (proxy, method, arguments) -> {
                  seen.add(method.getName());
                  return null;
                });
    Provider fenced = new FencedProvider(behind, () -> seen.add("fence"));
    for (Method method : methods()) {
      seen.clear();
      method.invoke(fenced, new Object[method.getParameterCount()]);
      List<String> expected =
          ACTING.contains(method.getName())
              ? List.of("fence", method.getName())
              : List.of(method.getName());
      assertThat(seen).isEqualTo(expected);
    }
  }

  @Test
  void nothingIsToldToTheProviderOnceTheFenceIsClosed() throws Exception {
    Provider fenced =
        new FencedProvider(
            (Provider)
                Proxy.newProxyInstance(
                    Provider.class.getClassLoader(),
                    new Class<?>[] {Provider.class},
                    (proxy, method, arguments) -> {
                      throw new AssertionError(method.getName() + " was told");
                    }),
            () -> {
              throw new IllegalStateException("closed");
            });
    for (Method method : methods()) {
      if (ACTING.contains(method.getName())) {
        try {
          method.invoke(fenced, new Object[method.getParameterCount()]);
        } catch (InvocationTargetException e) {
          assertThat(e.getCause()).isInstanceOf(IllegalStateException.class);
        }
      }
    }
  }

  private static List<Method> methods() {
    List<Method> methods =
        Arrays.stream(Provider.class.getMethods())
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .toList();
    assertThat(methods.stream().map(Method::getName)).containsAll(ACTING);
    return methods;
  }
}
