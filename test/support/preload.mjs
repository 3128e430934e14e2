// Jest cannot let a CommonJS library require an ES module that is still being loaded, so Nest is loaded first.
import '@nestjs/common';
import '@nestjs/core';
