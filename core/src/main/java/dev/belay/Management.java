package dev.belay;

import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/// Shows nodes in the JVM's own MBean server. It opens no socket.
///
/// The only class that needs the module `java.management`, which need not be there; loaded when the
/// first node asks for it, because starting JMX takes longer than starting a node.
final class Management {
  private static final Pattern SIMPLE = Pattern.compile("[\\w.@-]+");

  private final MBeanServer server;
  private final ObjectName name;

  private Management(MBeanServer server, ObjectName name) {
    this.server = server;
    this.name = name;
  }

  /// Registers a node if its options say so. Never throws for want of JMX: that is logged.
  ///
  /// @return what takes it out again, or null if it is not registered
  static @Nullable AutoCloseable register(Node node) {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      NodeBean bean = new NodeBean(node);
      String key = "dev.belay:type=Node,name=" + quoted(node.name());
      ObjectName name = new ObjectName(key);
      try {
        server.registerMBean(bean, name);
      } catch (InstanceAlreadyExistsException e) {
        name = new ObjectName(key + ",number=" + node.id.creation());
        server.registerMBean(bean, name);
      }
      Management registered = new Management(server, name);
      return registered::unregister;
    } catch (JMException | RuntimeException e) {
      System.getLogger("dev.belay")
          .log(Level.WARNING, "node " + node.name() + " could not be registered with JMX", e);
      return null;
    }
  }

  private static String quoted(String name) {
    return SIMPLE.matcher(name).matches() ? name : ObjectName.quote(name);
  }

  private void unregister() throws JMException {
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException e) {
      // Somebody else has done it.
    }
  }
}
