/** Runs a flat graph: sessions, and the values fed to its inputs. */
package io.pitlane.graph.runtime;
