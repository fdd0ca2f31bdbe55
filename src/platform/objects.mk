obj-y += platform/os_linux.o
obj-$(CONFIG_THP_ADAPTIVE) += platform/os_data_limit.o
obj-$(CONFIG_TLS_LOCAL_EXEC) += platform/tls_variable.o
obj-$(CONFIG_TLS_INITIAL_EXEC) += platform/tls_variable.o
obj-$(CONFIG_TLS_PTHREAD_KEY) += platform/tls_key.o
obj-$(CONFIG_TLS_NONE) += platform/tls_none.o
