/** What services have in common: their settings, and the beans made from them. */
package io.pitlane.pipeline.config;
