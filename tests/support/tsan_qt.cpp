// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tsan_qt.h"

#ifdef __SANITIZE_THREAD__
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <QDeadlineTimer>
#include <QThread>
#include <QThreadPool>

// Qt's hooks for debuggers (private/qhooks_p.h).
extern quintptr Q_DECL_IMPORT qtHookData[];

namespace trainyard::test {
namespace {

constexpr size_t addHook = 3;
constexpr size_t removeHook = 4;

/// Qt asks compressEvent, under the lock of the receiver's thread, only of receivers that have events already. So each
/// object counts one more than it has; Qt compares the count with 0 alone, and only to spare itself a search.
struct Counted : QObject {
  static void one(QObject* object) { (object->*&Counted::d_ptr)->postedEvents.ref(); }
};

/// Events that wait for an object are freed with it. The last object that goes in a thread is the one that gave it its
/// events, so this is what a thread did before it ended.
void removed(QObject* object) {
  __tsan_acquire(object);
  if (QThread* home = object->thread()) __tsan_release(home);
}

/// A slot that tells which thread had it last: who calls it, who frees it, and who waited for the call.
class Told final : public QtPrivate::QSlotObjectBase {
 public:
  explicit Told(QSlotObjectBase* slot) : QSlotObjectBase(&run), m_slot(slot) { __tsan_release(this); }

 private:
  static void run(int what, QSlotObjectBase* self, QObject* receiver, void** arguments, bool* equal) {
    auto* told = static_cast<Told*>(self);
    __tsan_acquire(self);
    if (what == Call) told->m_slot->call(receiver, arguments);
    if (what == Compare) *equal = told->m_slot->compare(arguments);
    __tsan_release(self);
    if (what != Destroy) return;
    told->m_slot->destroyIfLastRef();
    delete told;
  }

  QSlotObjectBase* m_slot;
};

/// Qt's own function of this name, in front of which ours stands.
template <typename Function>
Function* qtOwn(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

Application::Application(int& argc, char** argv) : QCoreApplication(argc, argv) {
  Counted::one(this);
  qtHookData[addHook] = reinterpret_cast<quintptr>(&Counted::one);
  qtHookData[removeHook] = reinterpret_cast<quintptr>(&removed);
}

bool Application::compressEvent(QEvent* event, QObject* receiver, QPostEventList* posted) {
  __tsan_release(event);
  __tsan_release(receiver);
  return QCoreApplication::compressEvent(event, receiver, posted);
}

bool Application::notify(QObject* receiver, QEvent* event) {
  __tsan_acquire(event);
  return QCoreApplication::notify(receiver, event);
}

}  // namespace trainyard::test

// These stand in front of Qt's.

bool QThread::wait(QDeadlineTimer deadline) {
  static const auto own = trainyard::test::qtOwn<bool(QThread*, QDeadlineTimer)>("_ZN7QThread4waitE14QDeadlineTimer");
  const bool ended = own(this, deadline);
  if (ended) __tsan_acquire(this);
  return ended;
}

bool QMetaObject::invokeMethodImpl(QObject* object, QtPrivate::QSlotObjectBase* slot, Qt::ConnectionType type, void* result) {
  static const auto own = trainyard::test::qtOwn<bool(QObject*, QtPrivate::QSlotObjectBase*, Qt::ConnectionType, void*)>(
      "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
  auto* told = new trainyard::test::Told(slot);
  if (type != Qt::BlockingQueuedConnection) return own(object, told, type, result);
  told->ref();
  const bool invoked = own(object, told, type, result);
  __tsan_acquire(told);
  told->destroyIfLastRef();
  return invoked;
}

void QThreadPool::start(std::function<void()> work, int priority) {
  static const auto own = trainyard::test::qtOwn<void(QThreadPool*, std::function<void()>, int)>("_ZN11QThreadPool5startESt8functionIFvvEEi");
  const auto handed = std::make_shared<std::function<void()>>(std::move(work));
  __tsan_release(handed.get());
  own(this, [handed] {
    __tsan_acquire(handed.get());
    (*handed)();
  }, priority);
}
#endif
