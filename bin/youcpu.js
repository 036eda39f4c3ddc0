#!/usr/bin/env node
import "../lib/youcpu.js";
