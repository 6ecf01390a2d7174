/** The inference engines that models run on. */
package io.pitlane.contract.engine;
